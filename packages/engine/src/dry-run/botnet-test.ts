/**
 * Botnet tests: `*.test.yaml` beside a runtime.yaml.
 *
 *     botnet: runtime.yaml            # default
 *     tests:
 *       - name: a phishing URL becomes a classified event
 *         now: 2026-11-24T12:00:00Z   # optional: the clock stands here
 *         input:
 *           url-parser: {text: "ip,url\n192.0.2.1,http://a.example/\n", fields: {feed.name: Test}}
 *           deduplicator: [{source.ip: 192.0.2.1}]
 *         fakes:
 *           names: {a.example: 192.0.2.1}
 *         expect:
 *           file-output:
 *             - {source.fqdn: a.example, classification.taxonomy: fraud}
 *         failures: 0
 *
 * Under `expect` stands what arrives at a bot, in order. An event fits when it has the listed fields with these values;
 * `null` means that the field must not be there. The number of events must be the same.
 */
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { createEvent, createReport, type FieldTable, type JsonValue, type Message } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { pythonStr } from "@weir/format/python";
import { z } from "zod";
import { loadConfiguration } from "../config/load-configuration.ts";
import type { Clock, Resolver } from "../definition/context.ts";
import { plain } from "../definition/parse-parameters.ts";
import { messageWithCauses } from "../run/failure.ts";
import type { LoadedBot } from "../supervise/assemble.ts";
import { nameLookup } from "../surroundings/system-resolver.ts";
import { type DryRunStep, dryRun } from "./dry-run.ts";

export const testFileInvalid = errorKind<{ file: string; at: string; reason: string }>("WEIR_TEST_FILE_INVALID", {
  message: ({ file, at, reason }) => `${file}: ${at}: ${reason}`,
  remedy: "The guide „Test a botnet“ shows the form of a test file.",
  retry: "never",
});

const fieldMap = z.record(z.string(), z.unknown());
const withData = z.strictObject({
  text: z.string().optional(),
  file: z.string().optional(),
  fields: fieldMap.optional(),
});
const sample = z.union([
  z.strictObject({ text: z.string(), fields: fieldMap.optional() }),
  z.strictObject({ file: z.string(), fields: fieldMap.optional() }),
  fieldMap,
]);
const testFile = z.strictObject({
  botnet: z.string().default("runtime.yaml"),
  tests: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        now: z
          .string()
          .refine((time) => !Number.isNaN(Date.parse(time)), "it is no time such as 2026-11-24T12:00:00Z")
          .optional(),
        input: z.record(z.string(), z.union([sample, z.array(sample)])),
        fakes: z.strictObject({ names: z.record(z.string(), z.string().nullable()).optional() }).optional(),
        expect: z.record(z.string(), z.array(fieldMap)).default({}),
        failures: z.int().min(0).default(0),
      }),
    )
    .min(1),
});

export interface BotnetTestFile {
  readonly file: string;
  /** Absolute path of the runtime.yaml under test. */
  readonly botnet: string;
  readonly tests: readonly BotnetTest[];
}
export type BotnetTest = z.output<typeof testFile>["tests"][number];

export interface BotnetTestResult {
  readonly name: string;
  readonly passed: boolean;
  /** What differs, a line each. */
  readonly differences: readonly string[];
  readonly milliseconds: number;
}

/** Reads a test file. Throws WEIR_TEST_FILE_INVALID. */
export async function readBotnetTests(file: string): Promise<BotnetTestFile> {
  const value = plain(loadConfiguration(await readFile(file, "utf8"), file));
  const parsed = testFile.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw testFileInvalid({
      file,
      at: issue?.path.join(".") || "the file",
      reason: issue?.message ?? "it has another form",
    });
  }
  const { botnet, tests } = parsed.data;
  return { file, botnet: resolve(dirname(file), botnet), tests };
}

export interface RunTestOptions {
  readonly bots: readonly LoadedBot[];
  readonly fields: { readonly event: FieldTable; readonly report: FieldTable };
  readonly directory: string;
  /** Where files of samples are looked for. */
  readonly samples: string;
}

/** Runs one test. */
export async function runBotnetTest(test: BotnetTest, options: RunTestOptions): Promise<BotnetTestResult> {
  const started = performance.now();
  const differences: string[] = [];
  const input = new Map<string, readonly Message[]>();
  const byId = new Map(options.bots.map((bot) => [bot.settings.id, bot]));
  for (const bot of Object.keys(test.expect)) {
    if (!byId.has(bot)) differences.push(`expect: there is no bot "${bot}"`);
  }
  for (const [bot, given] of Object.entries(test.input)) {
    const loaded = byId.get(bot);
    if (loaded === undefined) {
      differences.push(`input: there is no bot "${bot}"`);
      continue;
    }
    const messages: Message[] = [];
    for (const [index, item] of (Array.isArray(given) ? given : [given]).entries()) {
      try {
        messages.push(await messageOf(item, loaded.definition?.kind === "parser", options));
      } catch (error) {
        differences.push(`input: ${bot}[${index}]: ${messageWithCauses(error)}`);
      }
    }
    input.set(bot, messages);
  }
  if (differences.length > 0) {
    return { name: test.name, passed: false, differences, milliseconds: performance.now() - started };
  }
  const clock = test.now === undefined ? undefined : standingClock(Date.parse(test.now));
  const steps = await dryRun({
    bots: options.bots,
    input,
    directory: options.directory,
    fields: options.fields,
    resolver: fakeResolver(test.fakes?.names ?? {}),
    ...(clock === undefined ? {} : { clock }),
  });
  differences.push(...compare(test, steps));
  return { name: test.name, passed: differences.length === 0, differences, milliseconds: performance.now() - started };
}

async function messageOf(
  given: z.output<typeof sample>,
  report: boolean,
  { fields, samples }: RunTestOptions,
): Promise<Message> {
  const { text, file, fields: more } = sampleOf(given);
  if (text !== undefined) return reportOf(text, more, fields.report);
  if (file !== undefined) {
    const path = isAbsolute(file) ? file : resolve(samples, file);
    return reportOf(new Uint8Array(await readFile(path)), more, fields.report);
  }
  const entries = Object.entries(given);
  return report ? createReport(fields.report, entries) : createEvent(fields.event, entries);
}

/** The parts of a sample with data; nothing when it is a map of fields. */
function sampleOf(given: z.output<typeof sample>): z.output<typeof withData> {
  const whole = withData.safeParse(given);
  return whole.success ? whole.data : {};
}

function reportOf(
  raw: string | Uint8Array,
  extra: Readonly<Record<string, unknown>> | undefined,
  table: FieldTable,
): Message {
  const report = createReport(table, Object.entries(extra ?? {}));
  report.set("raw", raw);
  return report;
}

function standingClock(time: number): Clock {
  return { now: () => time, sleep: () => Promise.resolve() };
}

function fakeResolver(names: Readonly<Record<string, string | null>>): Resolver {
  return {
    async address4(host) {
      const address = names[host];
      if (typeof address === "string") return address;
      throw nameLookup({ host, code: "ENOTFOUND", number: -2 });
    },
  };
}

function compare(test: BotnetTest, steps: readonly DryRunStep[]): readonly string[] {
  const differences = steps.flatMap(({ bot, refused }) =>
    refused === undefined ? [] : [`${bot} could not run: ${refused}`],
  );
  for (const [bot, expected] of Object.entries(test.expect)) {
    const got = steps.filter((step) => step.bot === bot).flatMap((step) => step.received);
    if (got.length !== expected.length)
      differences.push(`${bot}: ${expected.length} events expected, ${got.length} arrived`);
    expected.forEach((fields, index) => {
      const event = got[index];
      if (event === undefined) return;
      for (const [field, value] of Object.entries(fields))
        differences.push(...compareField(`${bot}[${index}].${field}`, value, event.text(field)));
    });
  }
  const failures = steps.flatMap((step) => step.failures);
  if (failures.length !== test.failures) {
    differences.push(`${test.failures} failures expected, ${failures.length} happened`);
    for (const { bot, error } of failures) differences.push(`  ${bot}: ${error.message}`);
  }
  return differences;
}

function compareField(at: string, expected: unknown, got: string | undefined): readonly string[] {
  if (expected === null) return got === undefined ? [] : [`${at}: must not be there, is ${got}`];
  const wanted = pythonStr(expected as JsonValue); // a YAML value
  if (got === undefined) return [`${at}: expected ${wanted}, is missing`];
  return got === wanted || Number(got) === expected ? [] : [`${at}: expected ${wanted}, got ${got}`];
}

/** Results as JUnit XML, for CI servers. */
export function junitXml(
  results: readonly { readonly file: string; readonly results: readonly BotnetTestResult[] }[],
): string {
  const suites = results.map(({ file, results: tests }) => {
    const cases = tests.map(({ name, passed, differences, milliseconds }) => {
      const failure = passed
        ? ""
        : `<failure message="${escapeXml(differences[0] ?? "")}">${escapeXml(differences.join("\n"))}</failure>`;
      return `    <testcase name="${escapeXml(name)}" time="${(milliseconds / 1000).toFixed(3)}">${failure}</testcase>`;
    });
    const failed = tests.filter(({ passed }) => !passed).length;
    return `  <testsuite name="${escapeXml(file)}" tests="${tests.length}" failures="${failed}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
}

function escapeXml(text: string): string {
  const printable = [...text]
    .map((character) => ((character.codePointAt(0) ?? 0) < 32 && character !== "\n" ? "?" : character))
    .join("");
  return printable.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
