#!/usr/bin/env node
import "../dist/weir/main.js";
