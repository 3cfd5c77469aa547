/**
 * npm run bench -- [NAME…] [--events N] [--rounds N] [--json FILE] [--record]
 *
 * Runs benchmarks by name and prints their figures as tables. Each is a module of this folder that is loaded only when it runs.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { record, recordedFile, shortEvents } from "./lib/recorded.mjs";
import { table } from "./lib/table.mjs";

const print = (text) => process.stdout.write(text);

/** Name → what it measures, and how to run it with the options of the command line. */
const benches = {
  reference: {
    about: "the reference botnet and the yardstick, alternating",
    run: async ({ events = values.record ? shortEvents : 1_000_000, rounds }) =>
      (await import("./reference.mjs")).benchReference({ events, rounds, print }),
  },
  latency: {
    about: "collector to disk at 1,000 events a second, each a report of its own",
    run: async () => (await import("./latency.mjs")).benchLatency(),
  },
  scale: {
    about: "the reference botnet with 10 thousand to a million events",
    run: async () => (await import("./scale.mjs")).benchScale(),
  },
  fan: {
    about: "one parser to four outputs, four parsers to one output",
    run: async ({ events }) => (await import("./fan.mjs")).benchFan({ events }),
  },
  format: {
    about: "set, validate, serialise, parse, hash; per field type",
    run: async () => (await import("./format.mjs")).benchFormat(),
  },
  readers: {
    about: "readers of lines, CSV and JSON",
    run: async () => (await import("./readers.mjs")).benchReaders(),
  },
  store: {
    about: "enqueue, commit, receive; state; size of chunks",
    run: async () => (await import("./store.mjs")).benchStore(),
  },
  deduplicator: {
    about: "ten million digests that live a day, over two days (--events: how many)",
    run: async ({ events }) => (await import("./deduplicator.mjs")).benchDeduplicator({ keys: events }),
  },
  report: {
    about: "one report of 1 GiB, as a stream (--events: lines)",
    run: async ({ events }) => (await import("./report.mjs")).benchReport({ events }),
  },
  startup: { about: "start of a botnet", run: async () => (await import("./startup.mjs")).benchStartup() },
  idle: {
    about: "fifty bots that have nothing to do",
    run: async () => (await import("./startup.mjs")).benchIdle(),
  },
  many: {
    about: "three hundred bots: start and status",
    run: async () => (await import("./startup.mjs")).benchMany(),
  },
  cli: { about: "start of the command line", run: async () => (await import("./startup.mjs")).benchCli() },
};
const usual = ["reference", "latency", "scale"];

const { values, positionals } = parse();
if (values.help) {
  print(help());
  process.exit();
}
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0)
  fail(`There is no benchmark "${unknown.join('", "')}". There are: ${Object.keys(benches).join(", ")}.`);
const events = count("events");
const rounds = count("rounds");

const result = {
  machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version },
};
print(`${result.machine.cpu}, ${result.machine.cores} cores, Node ${result.machine.node}\n`);
for (const name of positionals.length === 0 ? usual : positionals) {
  const { about, run } = benches[name];
  print(`\n${name}: ${about}\n`);
  const figures = await run({ events, rounds });
  show(figures);
  keep(name, figures);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);

/** The figures of the reference stand at the top of the file, those of the others below their names. */
function keep(name, figures) {
  if (name === "reference") {
    Object.assign(result, figures);
    if (!values.record) return;
    record(figures);
    print(`  recorded in ${recordedFile}\n`);
  } else result[name === "latency" ? "latencyMs" : name] = figures;
}

/** A list is a table; of an object, members that are lists are tables and the others a line each. */
function show(figures) {
  if (Array.isArray(figures)) {
    print(table(figures));
    return;
  }
  const isList = ([, value]) => Array.isArray(value);
  const entries = Object.entries(figures);
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, value] of entries.filter((entry) => !isList(entry)))
    print(`  ${name.padEnd(width)}  ${typeof value === "object" && value !== null ? line(value) : value}\n`);
  for (const [name, rows] of entries.filter(isList)) print(`  ${name}:\n${table(rows)}`);
}

function line(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        events: { type: "string" },
        rounds: { type: "string" },
        json: { type: "string" },
        record: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return fail(`${error.message}\n${help()}`);
  }
}

/** An option that is a number of at least 1, or undefined. */
function count(option) {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text.replaceAll(/[_,]/g, ""));
  return Number.isSafeInteger(number) && number > 0
    ? number
    : fail(`--${option} ${text}: it should be a whole number above 0.`);
}

function help() {
  const width = Math.max(...Object.keys(benches).map((name) => name.length));
  const list = Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}\n`);
  return `Usage: npm run bench -- [NAME…] [OPTION…]

Benchmarks (without a name: ${usual.join(", ")})
${list.join("")}
Options
  --events N   events (lines, keys) of the benchmarks that take them
  --rounds N   rounds of the reference (3)
  --json FILE  write the figures
  --record     of the reference: record the ratio that npm run verify compares with (bench/recorded.json)
`;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
