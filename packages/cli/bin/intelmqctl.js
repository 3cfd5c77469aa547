#!/usr/bin/env node
import "../dist/intelmqctl/main.js";
