#!/usr/bin/env node
/** Runs `intelmqdump`, the face of Weir for what failed that users of IntelMQ know. */
import "../dist/intelmqdump/main.js";
