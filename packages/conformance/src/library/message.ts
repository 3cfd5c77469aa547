/** Messages: made in one of several ways, then changed and asked by operations. */

import { defaultFields } from "@weir/engine/testing";
import {
  compileFields,
  type ExportOptions,
  eventFromReport,
  exportJson,
  exportMap,
  type FieldTables,
  type HashFilter,
  type JsonObject,
  type JsonValue,
  type Message,
  messageHash,
  type Outcome,
  parseHarmonization,
  parseJson,
  parseMessage,
  pythonEquals,
  reportFromEvent,
  restoreMessage,
  writeMessage,
} from "@weir/format";
import { list, objects, text } from "../bot-vector.ts";
import { isObject } from "../compare/value.ts";
import { wildcard } from "../compare/wildcard.ts";
import { type Area, type Call, NotAvailable } from "./area.ts";
import { callOf } from "./call.ts";
import { argumentOf, raised, resultOf } from "./library-value.ts";

export const messageArea: Area = {
  normalise: withParsedTexts,
  async run(vector) {
    let message: Message;
    let tables: FieldTables;
    try {
      tables = tablesFor(vector.get("harmonization"));
      message = construct(vector, tables);
    } catch (error) {
      if (error instanceof NotAvailable) throw error;
      return raised; // the vectors compare only that it failed
    }
    return new Map<string, JsonValue>([
      ["start", asJson(message)],
      ["steps", objects(vector.get("ops")).map((operation) => runOperation(message, operation, tables))],
    ]);
  },
};

/** JSON texts are compared as JSON. */
function withParsedTexts(vector: JsonObject, expect: JsonObject): JsonObject {
  const names = objects(vector.get("ops")).map((operation) => operation.get("op"));
  const steps = objects(expect.get("steps")).map((step, index) => {
    const json = step.get("returns");
    return names[index] === "to_json" && typeof json === "string"
      ? new Map([...step, ["returns", parseJson(json)]])
      : step;
  });
  return expect.has("steps") ? new Map([...expect, ["steps", steps]]) : expect;
}

function tablesFor(definitions: JsonValue | undefined): FieldTables {
  if (definitions === undefined) return defaultFields();
  const { harmonization, findings } = parseHarmonization(definitions);
  const isWrong = findings.some(({ level, path }) => level === "error" && path.length > 1);
  if (isWrong) throw new Error("the field definitions are wrong");
  return { event: compileFields(harmonization, "event"), report: compileFields(harmonization, "report") };
}

function construct(vector: JsonObject, tables: FieldTables): Message {
  const serialised = vector.get("unserialize");
  if (typeof serialised === "string") {
    const type = vector.get("default_type");
    return parseMessage(serialised, tables, type === "Event" || type === "Report" ? type : undefined);
  }
  const report = vector.get("from_report");
  if (isObject(report)) {
    const copied = list(vector.get("copy_collector_provided_fields")).map(text);
    return eventFromReport(restoreMessage("Report", tables.report, report), tables.event, copied);
  }
  const event = vector.get("from_event");
  if (isObject(event)) return reportFromEvent(restoreMessage("Event", tables.event, event), tables.report);
  return fromClass(text(vector.get("class")), vector.get("init") ?? new Map<string, JsonValue>(), tables);
}

/** Reports made so have no `time.observation` of their own in the vectors. */
function fromClass(type: string, fields: unknown, tables: FieldTables): Message {
  if (!(fields instanceof Map)) throw new Error("the fields are no object");
  const entries = [...fields].map(([name, value]): [string, unknown] => [String(name), argumentOf(value)]);
  if (type === "Event") return restoreMessage("Event", tables.event, entries);
  if (type === "Report") return restoreMessage("Report", tables.report, entries);
  throw new NotAvailable(`no message class ${type} here`);
}

type Operation = (message: Message, call: Call, tables: FieldTables) => unknown;

const operations = new Map<string, Operation>([
  ["add", add],
  ["setitem", setItem],
  ["change", change],
  ["update", update],
  ["delete", remove],
  ["getitem", getItem],
  ["get", (message, { args: [key, fallback] }) => message.get(String(key)) ?? fallback ?? null],
  ["contains", (message, { args: [key] }) => message.has(String(key))],
  [
    "is_valid",
    (message, { args: [key, value], named }) => message.isValid(String(key), value, named.get("sanitize") !== false),
  ],
  ["finditems", (message, { args: [prefix] }) => new Map(message.find(String(prefix)))],
  ["copy", (message) => asJson(message.clone())],
  ["deep_copy", (message) => asJson(message.clone())],
  ["to_dict", (message, { named }) => exportMap(message, exportOptions(named))],
  ["to_json", (message, { named }) => exportJson(message, exportOptions(named))],
  ["serialize", asJson],
  ["hash", (message, { named }) => messageHash(message, hashFilter(named))],
  ["equals", (message, { args: [other] }, tables) => message.equals(fromClass(message.type, other, tables))],
  ["set_default_value", (message, { args: [value] }) => message.setDefaultValue(defaultOf(value))],
]);

/** Operations after which the vectors show the message. */
const changing = new Set(["add", "change", "update", "setitem", "delete"]);

function runOperation(message: Message, operation: JsonObject, tables: FieldTables): JsonObject {
  const name = text(operation.get("op"));
  const implementation = operations.get(name);
  if (implementation === undefined) throw new NotAvailable(`no operation ${name} here`);
  const step = new Map<string, JsonValue>();
  try {
    step.set("returns", resultOf(implementation(message, callOf(operation), tables)));
  } catch {
    step.set("raises", wildcard); // the vectors compare only that it failed
  }
  if (changing.has(name)) step.set("message", asJson(message));
  return step;
}

/** `add` of the reference: true when stored, false when kept out, nothing when the value is one of those ignored. */
function add(message: Message, { args: [key, value], named }: Call): boolean | null {
  const overwrite = named.get("overwrite");
  const ignore = named.get("ignore");
  const outcome = message.put(String(key), value, {
    mode: overwrite === true ? "overwrite" : overwrite === false ? "keep" : "fail",
    sanitize: named.get("sanitize") !== false,
    skipInvalid: named.get("raise_failure") === false,
    ...(ignore === undefined ? {} : { ignore: (candidate) => isIn(candidate, ignore) }),
  });
  return returned(outcome);
}

function returned(outcome: Outcome): boolean | null {
  if (outcome === "stored") return true;
  return outcome === "exists" || outcome === "invalid" ? false : null;
}

/** Python's `in`: equality for lists, a part of the text for texts. */
function isIn(value: unknown, container: unknown): boolean {
  if (Array.isArray(container)) return container.some((item) => pythonEquals(resultOf(item), resultOf(value)));
  if (typeof container === "string" && typeof value === "string") return container.includes(value);
  throw new TypeError("the values to ignore are no list");
}

function setItem(message: Message, { args: [key, value] }: Call): undefined {
  message.put(String(key), value, { mode: "fail" });
}

function change(message: Message, { args: [key, value], named }: Call): boolean | null {
  if (!message.has(String(key))) throw new Error("no such field");
  return returned(message.put(String(key), value, { mode: "overwrite", sanitize: named.get("sanitize") !== false }));
}

function update(message: Message, { args: [fields] }: Call): undefined {
  if (!(fields instanceof Map)) throw new TypeError("the fields are no object");
  message.update([...fields].map(([name, value]): [string, unknown] => [String(name), value]));
}

function remove(message: Message, { args: [key] }: Call): undefined {
  const isWhole = message.fields.lookup(String(key))?.isDictionary === true;
  if (!message.remove(String(key)) && !isWhole) throw new Error("no such field");
}

function getItem(message: Message, { args: [key] }: Call): unknown {
  const value = message.get(String(key));
  if (value === undefined) throw new Error("no such field");
  return value;
}

function defaultOf(value: unknown): JsonValue {
  return resultOf(value);
}

function hashFilter(named: Call["named"]): HashFilter {
  const keys = named.get("filter_keys");
  const type = named.get("filter_type");
  return {
    ...(Array.isArray(keys) ? { filterKeys: new Set(keys.map(String)) } : {}),
    ...(type === "whitelist" || type === "blacklist" ? { filterType: type } : {}),
  };
}

function exportOptions(named: Call["named"]): ExportOptions {
  return {
    hierarchical: named.get("hierarchical") === true,
    withType: named.get("with_type") === true,
    jsonDictAsString: named.get("jsondict_as_string") === true,
  };
}

function asJson(message: Message): JsonValue {
  return parseJson(writeMessage(message));
}
