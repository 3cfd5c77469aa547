#!/usr/bin/env node
import "../dist/intelmqdump/main.js";
