/**
 * The hash of a message: SHA-256 over name, byte 0xC0, Python's repr of the value, byte 0xC0, for every field in the order
 * of names; `time.observation` never counts. Other systems make the same hash, so it is exact to the byte.
 */
import { invalidArgument } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import type { Message } from "../message/message.ts";
import { perShape, type Shape } from "../message/shape.ts";
import { pythonRepr } from "../python/repr.ts";
import { Base64Value } from "../values/base64-value.ts";
import { isInteger } from "../values/json-value.ts";
import { ByteWriter } from "./byte-writer.ts";
import { sha256Hex } from "./sha256.ts";

export interface HashFilter {
  /** Must not change between calls. */
  readonly filterKeys?: ReadonlySet<string>;
  /** `blacklist`: all fields but these; `whitelist`: these only. */
  readonly filterType?: "blacklist" | "whitelist";
}

const separator = 0xc0;
const singleQuote = 39;
const backslash = 92;
const out = new ByteWriter();

/** The fields of a shape that count, in the order in which they do: their places, and their names as they are hashed. */
interface ShapeHash {
  readonly places: readonly number[];
  readonly names: readonly Uint8Array[];
}

/**
 * The bytes that are hashed, compiled for a filter: several times faster for many messages. They are a view of a buffer that
 * the next call uses again: hash or copy them at once. Throws WEIR_INVALID_ARGUMENT for another filter type.
 */
export function compileHashInput(filter: HashFilter = {}): (message: Message) => Uint8Array {
  const counts = compileFilter(filter);
  const hashOf = perShape((shape) => compileShape(shape, counts));
  return (message) => {
    const { places, names } = hashOf(message.shape);
    out.clear();
    for (let index = 0; index < places.length; index++) {
      const name = names[index];
      if (name !== undefined) out.put(name);
      writeRepresentation(message.storedAt(places[index] ?? -1) ?? null);
      out.byte(separator);
    }
    return out.written;
  };
}

function compileFilter({ filterKeys = noKeys, filterType = "blacklist" }: HashFilter): (name: string) => boolean {
  if (filterType !== "blacklist" && filterType !== "whitelist") {
    throw invalidArgument({
      argument: "filter_type",
      value: JSON.stringify(filterType),
      expected: "blacklist or whitelist",
    });
  }
  const isListed = filterType === "whitelist";
  return (name) => name !== "time.observation" && filterKeys.has(name) === isListed;
}

const noKeys: ReadonlySet<string> = new Set();

function compileShape({ sorted }: Shape, counts: (name: string) => boolean): ShapeHash {
  const encoder = new TextEncoder();
  const places: number[] = [];
  const names: Uint8Array[] = [];
  sorted.names.forEach((name, index) => {
    if (!counts(name)) return;
    places.push(sorted.places[index] ?? -1);
    names.push(new Uint8Array([...encoder.encode(name), separator]));
  });
  return { places, names };
}

function writeRepresentation(value: FieldValue): void {
  if (typeof value === "string") writeText(value);
  else if (value instanceof Base64Value) writeText(value.base64);
  else if (typeof value === "number" && out.small(value)) return;
  else out.text(typeof value === "number" && isInteger(value) ? String(value) : pythonRepr(value));
}

/** The repr of a text; of one that needs no escape, as nearly all, without making it. */
function writeText(text: string): void {
  const { length } = text;
  out.reserve(length + 2);
  const { bytes } = out;
  let at = out.length;
  bytes[at++] = singleQuote;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code > 126 || code === singleQuote || code === backslash) {
      out.text(pythonRepr(text));
      return;
    }
    bytes[at++] = code;
  }
  bytes[at++] = singleQuote;
  out.length = at;
}

/** The bytes that are hashed, for one message; see {@link compileHashInput}. */
export function hashInput(message: Message, filter: HashFilter = {}): Uint8Array {
  return compileHashInput(filter)(message);
}

/** Lower-case hexadecimal SHA-256 of the message. Throws WEIR_INVALID_ARGUMENT for another filter type. */
export function messageHash(message: Message, filter: HashFilter = {}): string {
  return sha256Hex(hashInput(message, filter));
}
