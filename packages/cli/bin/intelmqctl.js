#!/usr/bin/env node
/** Runs `intelmqctl`, the face of Weir that scripts made for IntelMQ know. */
import "../dist/intelmqctl/main.js";
