/**
 * Replays recorded observations of the reference (`harmonization-*`, `time-*`, `types-functions-*`). They lie beside the
 * repository, or where WEIR_VECTORS points.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as time from "../time/index.ts";
import { decodeBase64 } from "../values/base64.ts";
import { Base64Value } from "../values/base64-value.ts";
import { float, integer, type JsonObject, type JsonValue } from "../values/json-value.ts";
import { parseJson } from "../wire/parse-json.ts";
import { writeJson } from "../wire/write-json.ts";
import * as types from "./index.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const directory = `${process.env.WEIR_VECTORS ?? `${root}../shared/vectors`}/lib`;
const isAbsent = !existsSync(directory);

interface Vector {
  readonly id: string;
  readonly content: JsonObject;
}

function vectorsOf(area: string): readonly Vector[] {
  if (isAbsent) return [];
  return readdirSync(directory)
    .filter((name) => name.startsWith(`${area}-`) && name.endsWith(".json"))
    .sort()
    .flatMap((name) => list(object(parseJson(readFileSync(`${directory}/${name}`, "utf8"))).get("vectors")))
    .map((content) => ({ id: String(object(content).get("id")), content: object(content) }));
}

describe("recorded vectors", () => {
  it.runIf(isAbsent)(`are not at ${directory}: nothing was compared`, () => {
    expect(process.env.CI, "vectors are required in CI; set WEIR_VECTORS").not.toBe("true");
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Freezes `Date` where the vector has a clock. */
function freeze({ content }: Vector): void {
  const clock = content.get("clock");
  if (typeof clock !== "string") return;
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(new Date(clock));
}

/** A vector that records a bug of the reference may differ; it must not fail otherwise. */
function compare({ content }: Vector, name: string, observed: string): void {
  const recorded = object(content.get("expect")).get(name) ?? null;
  if (content.has("reference_bug")) return;
  if (isRaised(recorded) && observed === "null") return;
  expect(observed, name).toBe(isRaised(recorded) ? invalid : text(argumentOf(recorded)));
}

/** "An error, or invalid"; functions give undefined for it, or throw. */
const invalid = "invalid";

describe.skipIf(isAbsent)("fieldType", () => {
  const vectors = vectorsOf("harmonization");

  it.each(vectors.map((vector) => [vector.id, vector] as const))("cleans and judges as recorded: %s", (_, vector) => {
    freeze(vector);
    const { content } = vector;
    const type = types.fieldType(String(content.get("type")));
    if (type === undefined) throw new Error(`no field type ${String(content.get("type"))}`);
    const value = argumentOf(content.get("value") ?? null);
    const raised = (name: string) => isRaised(object(content.get("expect")).get(name) ?? null);

    const isValid = type.isValid(value);
    compare(vector, "valid", !isValid && raised("valid") ? invalid : text(isValid));
    const cleaned = type.sanitize(value);
    compare(vector, "sanitized", cleaned === undefined && raised("sanitized") ? invalid : text(cleaned ?? null));
    const isRepaired = cleaned !== undefined && type.isValid(cleaned);
    const after = "valid_after_sanitation";
    compare(vector, after, !isRepaired && raised(after) ? invalid : text(isRepaired));
  });
});

describe.skipIf(isAbsent)("time functions", () => {
  const functions = new Map<string, (first: unknown, second: unknown) => unknown>([
    ["from_timestamp", time.fromTimestamp],
    ["from_epoch_millis", time.fromEpochMillis],
    ["from_windows_nt", time.fromWindowsNt],
    ["from_isoformat", time.fromUtcIso],
    ["from_fuzzy", (value) => time.fromFuzzy(value)],
    ["from_format", (value, format) => time.fromFormat(value, String(format))],
    ["from_format_midnight", (value, format) => time.fromFormatMidnight(value, String(format))],
    ["generate_datetime_now", () => time.nowText()],
    ["convert", (value, format) => time.convertTime(value, format === undefined ? "fuzzy" : (format as string | null))],
    ["time_format", (format, value) => time.convertTime(value, time.parseTimeFormat(String(format)))],
  ]);

  it.each(vectorsOf("time").map((vector) => [vector.id, vector] as const))("convert as recorded: %s", (_, vector) => {
    freeze(vector);
    const run = functions.get(String(vector.content.get("function")));
    if (run === undefined) throw new Error(`no function ${String(vector.content.get("function"))}`);
    const [first, second] = list(vector.content.get("args")).map(argumentOf);
    compare(
      vector,
      "result",
      outcome(() => run(first, second)),
    );
  });
});

describe.skipIf(isAbsent)("functions of field types", () => {
  const functions = new Map<string, (value: unknown) => unknown>([
    ["ASN.check_asn", types.checkAsn],
    ["IPAddress.to_int", (value) => types.addressToInteger(String(value))],
    ["IPAddress.to_reverse", (value) => types.reverseName(String(value))],
    ["IPAddress.version", (value) => types.addressVersion(typeof value === "number" ? value : String(value))],
    ["IPNetwork.version", (value) => types.networkVersion(String(value))],
    ["URL.to_domain_name", (value) => types.domainNameOfUrl(String(value))],
  ]);
  // Functions that ask a name server belong to the engine.
  const vectors = vectorsOf("types-functions").filter(({ content }) => !content.has("dns"));

  it.each(vectors.map((vector) => [vector.id, vector] as const))("give what is recorded: %s", (_, vector) => {
    const name = `${String(vector.content.get("type"))}.${String(vector.content.get("function"))}`;
    const run = functions.get(name);
    if (run === undefined) throw new Error(`no function ${name}`);
    const [value] = list(vector.content.get("args")).map(argumentOf);
    compare(
      vector,
      "result",
      outcome(() => run(value)),
    );
  });
});

function outcome(run: () => unknown): string {
  try {
    return text(run() ?? null);
  } catch {
    return invalid; // the vectors compare only that there was an error
  }
}

/** A value as text with its kind, so that `100` and `100.0` differ. */
function text(value: unknown): string {
  if (value instanceof Base64Value) return text(value.base64);
  return writeJson(value as JsonValue, { sorted: true }); // what types and functions give are JSON values
}

function isRaised(value: JsonValue): boolean {
  return value instanceof Map && value.has("raises");
}

/** Decodes `$bytes`, `$int`, `$float` and `$tuple`. */
function argumentOf(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(argumentOf);
  if (!(value instanceof Map)) return value;
  const entries: readonly (readonly [string, JsonValue])[] = [...value];
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, content] = only;
    if (name === "$bytes") return decodeBase64(String(content));
    if (name === "$int") return integer(BigInt(String(content)));
    if (name === "$float") return float(Number(String(content).replace("inf", "Infinity")));
    if (name === "$tuple") return argumentOf(content);
  }
  return new Map(entries.map(([name, content]) => [name, argumentOf(content)]));
}

function object(value: JsonValue | undefined): JsonObject {
  if (value instanceof Map) return value;
  throw new Error("an object is expected");
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw new Error("a list is expected");
}
