/**
 * The hash of a message: SHA-256 over name, byte 0xC0, Python's repr of the value, byte 0xC0, for every field in the order
 * of names; `time.observation` never counts. The deduplicator's keys are made of it, so it is exact to the byte.
 */
import { invalidArgument } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import type { Message } from "../message/message.ts";
import { pythonRepr } from "../python/repr.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { sha256Hex } from "./sha256.ts";

export interface HashFilter {
  readonly filterKeys?: ReadonlySet<string>;
  /** `blacklist`: all fields but these; `whitelist`: these only. */
  readonly filterType?: "blacklist" | "whitelist";
}

const separator = 0xc0;
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
  const listed = filterType === "whitelist";
  let length = 0;
  const { names, places } = message.shape.sorted;
  for (let index = 0; index < names.length; index++) {
    const key = names[index] ?? "";
    if (key === "time.observation" || filterKeys.has(key) !== listed) continue;
    const value = message.storedAt(places[index] ?? -1);
    if (value === undefined) continue;
    length = append(key, length);
    scratch[length++] = separator;
    length = append(representation(value), length);
    scratch[length++] = separator;
  }
  return scratch.subarray(0, length);
}

const noKeys: ReadonlySet<string> = new Set();

function representation(value: FieldValue): string {
  if (value instanceof Base64Value) return pythonRepr(value.base64);
  return pythonRepr(value as JsonValue); // base64 is dealt with
}

/** Writes the text as UTF-8; ASCII, which is nearly all there is, without a call. */
function append(text: string, at: number): number {
  if (scratch.length < at + text.length * 3 + 2) {
    const larger = new Uint8Array((at + text.length * 3 + 2) * 2);
    larger.set(scratch);
    scratch = larger;
  }
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return at + encoder.encodeInto(text, scratch.subarray(at)).written;
    scratch[at + index] = code;
  }
  return at + text.length;
}

/** Lower-case hexadecimal SHA-256 of the message. */
export function messageHash(message: Message, filter: HashFilter = {}): string {
  return sha256Hex(hashInput(message, filter));
}
