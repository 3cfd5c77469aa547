#!/usr/bin/env node
/** Runs the bundle (scripts/bundle.mjs), which starts quicker; without one, or with a newer build, what was built. */
import { statSync } from "node:fs";

const time = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs;
const builds = ["format", "engine", "bots", "cli"].map((name) => time(`../../${name}/dist/.tsbuildinfo`) ?? 0);
const bundled = time("../dist/bundle/weir.js");
if (bundled !== undefined && builds.every((built) => built <= bundled)) await import("../dist/bundle/weir.js");
else await import("../dist/weir/main.js");
