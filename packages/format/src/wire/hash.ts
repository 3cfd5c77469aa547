/**
 * The hash of a message: SHA-256 over name, byte 0xC0, Python's repr of the value, byte 0xC0, for every field in the order
 * of names; `time.observation` never counts. The deduplicator's keys are made of it, so it is exact to the byte.
 */
import { invalidArgument } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import type { Message } from "../message/message.ts";
import type { Shape } from "../message/shape.ts";
import { pythonRepr } from "../python/repr.ts";
import { Base64Value } from "../values/base64-value.ts";
import { isInteger } from "../values/json-value.ts";
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
/** From this length on, calls cost less than a loop. */
const longText = 32;
const needsEscape = /[^ -&(-[\]-~]/;
const encoder = new TextEncoder();
let scratch = new Uint8Array(4096);

/**
 * The bytes that are hashed. They are a view of a buffer that the next call uses again: hash or copy them at once.
 * Throws WEIR_INVALID_ARGUMENT for another filter type.
 */
export function hashInput(
  message: Message,
  { filterKeys = noKeys, filterType = "blacklist" }: HashFilter = {},
): Uint8Array {
  if (filterType !== "blacklist" && filterType !== "whitelist") {
    throw invalidArgument({
      argument: "filter_type",
      value: JSON.stringify(filterType),
      expected: "blacklist or whitelist",
    });
  }
  const { names, places } = selectionOf(message.shape, filterKeys, filterType);
  let length = 0;
  for (let index = 0; index < names.length; index++) {
    length = appendPlain(names[index] ?? "", length);
    scratch[length++] = separator;
    length = appendValue(message.storedAt(places[index] ?? -1) ?? null, length);
    scratch[length++] = separator;
  }
  return scratch.subarray(0, length);
}

const noKeys: ReadonlySet<string> = new Set();

/** The fields that count, in the order in which they do. */
interface Selection {
  readonly shape: Shape;
  readonly filterKeys: ReadonlySet<string>;
  readonly filterType: string;
  readonly names: readonly string[];
  readonly places: readonly number[];
}

/** The latest one: one message after the other is hashed in the same way. */
let latest: Selection | undefined;

function selectionOf(shape: Shape, filterKeys: ReadonlySet<string>, filterType: string): Selection {
  if (latest?.shape === shape && latest.filterKeys === filterKeys && latest.filterType === filterType) return latest;
  const { names, places } = shape.sorted;
  const isListed = filterType === "whitelist";
  const counts = (name: string) => name !== "time.observation" && filterKeys.has(name) === isListed;
  latest = {
    shape,
    filterKeys,
    filterType,
    names: names.filter(counts),
    places: places.filter((_, index) => counts(names[index] ?? "")),
  };
  return latest;
}

function appendValue(value: FieldValue, at: number): number {
  if (typeof value === "string") return appendText(value, at);
  if (typeof value === "number" && isInteger(value)) return appendPlain(String(value), at);
  if (value instanceof Base64Value) return appendText(value.base64, at);
  return appendPlain(pythonRepr(value), at);
}

/** Writes the repr of a text; one that needs no escape, as nearly all, without making it. */
function appendText(text: string, from: number): number {
  const bytes = withRoom(from, text.length);
  let at = from;
  bytes[at++] = singleQuote;
  if (text.length > longText && !needsEscape.test(text)) {
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    bytes[at] = singleQuote;
    return at + 1;
  }
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code > 126 || code === singleQuote || code === backslash)
      return appendPlain(pythonRepr(text), from);
    bytes[at++] = code;
  }
  bytes[at++] = singleQuote;
  return at;
}

/** Writes the text as UTF-8; ASCII, which is nearly all there is, without a call. */
function appendPlain(text: string, at: number): number {
  const bytes = withRoom(at, text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return at + encoder.encodeInto(text, bytes.subarray(at)).written;
    bytes[at + index] = code;
  }
  return at + text.length;
}

/** The buffer with room for so many characters, two quotes and a separator. */
function withRoom(at: number, characters: number): Uint8Array {
  const needed = at + characters * 3 + 3;
  if (scratch.length < needed) {
    const larger = new Uint8Array(needed * 2);
    larger.set(scratch.subarray(0, at));
    scratch = larger;
  }
  return scratch;
}

/** Lower-case hexadecimal SHA-256 of the message. */
export function messageHash(message: Message, filter: HashFilter = {}): string {
  return sha256Hex(hashInput(message, filter));
}
