/**
 * Golden cases: folders with an input and what a bot makes of it, failures too.
 *
 * ```
 * cases/<case>/params.yaml      parameters; may be absent
 * cases/<case>/report.json      fields of a parser's report besides raw; may be absent
 * cases/<case>/input.*          a parser's report body, or (input.jsonl) an expert's events
 * cases/<case>/expected.jsonl   a message a line, names sorted; a failure is {"__error": …, "raw": …}
 * ```
 *
 * `UPDATE_GOLDEN=1` writes `expected.jsonl` instead of comparing.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Base64Value,
  type JsonValue,
  type Message,
  parseJson,
  parseMessage,
  restoreMessage,
  writeJson,
  writeMessage,
} from "@weir/format";
import { loadConfiguration } from "../config/load-configuration.ts";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { defaultFields } from "./default-fields.ts";
import { openTrial } from "./open-trial.ts";
import type { TryOptions } from "./try-bot.ts";

export interface GoldenCase {
  /** Name of its folder. */
  readonly name: string;
  /** Runs the bot and compares; throws an error that shows the first difference. */
  check(): Promise<void>;
}

/**
 * The cases in the folder `cases` beside a test file.
 * @example
 * it.each(goldenFolder(import.meta.url, parser))("parses $name", ({ check }) => check());
 */
export function goldenFolder(
  testFile: string,
  definition: AnyDefinition,
  options: TryOptions = {},
): readonly GoldenCase[] {
  const folder = fileURLToPath(new URL("./cases", testFile));
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (names.length === 0) throw new Error(`${folder} holds no case: make a folder with an input file in it`);
  return names
    .map(({ name }) => ({ name, check: () => checkCase(join(folder, name), definition, options) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function checkCase(directory: string, definition: AnyDefinition, options: TryOptions): Promise<void> {
  const observed = await runCase(directory, definition, options);
  const file = join(directory, "expected.jsonl");
  if (process.env.UPDATE_GOLDEN === "1") {
    writeFileSync(file, observed.map((line) => `${line}\n`).join(""));
    return;
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: write it with UPDATE_GOLDEN=1 and read what it says`);
  const expected = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const differing = Array.from({ length: Math.max(expected.length, observed.length) }).findIndex(
    (_, index) => expected[index] !== observed[index],
  );
  if (differing === -1) return;
  throw new Error(
    [
      `${file}:${differing + 1} differs (${expected.length} lines expected, ${observed.length} observed; UPDATE_GOLDEN=1 rewrites it)`,
      `- ${expected[differing] ?? "(nothing)"}`,
      `+ ${observed[differing] ?? "(nothing)"}`,
    ].join("\n"),
  );
}

async function runCase(directory: string, definition: AnyDefinition, options: TryOptions): Promise<readonly string[]> {
  const trial = await openTrial({
    definition,
    directory: options.directory ?? join(directory, ".state"),
    ...options,
    parameters: { rate_limit: 0, error_retry_delay: 0, error_max_retries: 0, ...parametersOf(directory) },
  });
  await trial.send(messagesOf(directory, definition, options));
  await trial.run();
  await trial.stop();
  const lines: string[] = [];
  for (const [path, messages] of trial.takeSent()) {
    for (const message of messages) lines.push(messageLine(message, path));
  }
  for (const letter of await trial.deadLetters()) lines.push(failureLine(letter));
  return lines;
}

function parametersOf(directory: string): Record<string, unknown> {
  const file = join(directory, "params.yaml");
  if (!existsSync(file)) return {};
  const parameters = loadConfiguration(readFileSync(file, "utf8"), file);
  if (!(parameters instanceof Map)) throw new Error(`${file} holds no mapping of parameters`);
  return Object.fromEntries(parameters);
}

function messagesOf(directory: string, definition: AnyDefinition, { fields }: TryOptions): readonly Message[] {
  const [input, ...others] = readdirSync(directory).filter((name) => name.startsWith("input."));
  if (input === undefined || others.length > 0) throw new Error(`${directory} must hold exactly one file input.*`);
  const tables = fields ?? defaultFields();
  const body = readFileSync(join(directory, input));
  if (definition.kind === "parser") {
    return [
      restoreMessage("Report", tables.report, [
        ...reportFields(directory),
        ["raw", Base64Value.ofBytes(body)] as const,
      ]),
    ];
  }
  const lines = body.toString().split("\n");
  return lines.filter((line) => line !== "").map((line) => parseMessage(line, tables, "Event"));
}

function reportFields(directory: string): readonly (readonly [string, JsonValue])[] {
  const file = join(directory, "report.json");
  const fields = existsSync(file) ? parseJson(readFileSync(file, "utf8")) : new Map<string, JsonValue>();
  if (!(fields instanceof Map)) throw new Error(`${file} holds no object`);
  return [...fields];
}

function messageLine(message: Message, path: string): string {
  const fields = new Map(membersOf(message));
  if (path !== "_default") fields.set("__path", path);
  return writeJson(sorted(fields));
}

function failureLine({ error, envelope, bytes }: DeadLetter): string {
  const line = new Map<string, JsonValue>([["__error", `${error.code ?? error.name}: ${error.message}`]]);
  const raw = envelope === undefined ? undefined : membersOf(envelope.message).get("raw");
  const kept = raw ?? (bytes === undefined ? undefined : Buffer.from(bytes).toString("base64"));
  if (kept !== undefined) line.set("raw", kept);
  return writeJson(line);
}

function membersOf(message: Message): ReadonlyMap<string, JsonValue> {
  const members = parseJson(writeMessage(message));
  return members instanceof Map ? members : new Map();
}

function sorted(fields: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, JsonValue> {
  return new Map([...fields].sort(([one], [other]) => (one < other ? -1 : 1)));
}
