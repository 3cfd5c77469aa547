/**
 * A report or event: a flat map from field names to values, in the order in which they were set.
 *
 * Invariants
 * - Every stored value was accepted by the field's `clean`; no stored value is null, "", "-" or "N/A", except below a
 *   JSONDict that was set as a whole.
 * - A JSONDict is stored as its items (`extra.a`, `extra.b`), never as a whole.
 * - After `savepoint`, `rollback` gives back content and order of that moment. Without a change in between both cost nothing.
 */
import { invalidValue, keyExists, keyNotExists } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import { type Field, type FieldTable, isRefusal, textOf } from "../fields/field-table.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { writeJson } from "../wire/write-json.ts";
import { asDictionary } from "./dictionary.ts";
import { nest } from "./nesting.ts";
import { pythonEquals } from "./python-equality.ts";

export type MessageType = "Event" | "Report";
/** What happens when the field has a value: it is replaced, kept, or WEIR_KEY_EXISTS is thrown. */
export type Mode = "overwrite" | "keep" | "fail";
/** What became of a value. */
export type Outcome = "stored" | "exists" | "ignored" | "removed" | "invalid";

export interface PutOptions {
  readonly mode: Mode;
  /** Default true: the value is cleaned before it is checked. */
  readonly sanitize?: boolean;
  /** The outcome "invalid" instead of WEIR_INVALID_VALUE. */
  readonly skipInvalid?: boolean;
  /** The field comes from a message: below a JSONDict its name is taken whatever its form. */
  readonly fromMessage?: boolean;
  /** Values that are not stored either. */
  readonly ignore?: (value: unknown) => boolean;
}

const overwrite: PutOptions = { mode: "overwrite" };
const keep: PutOptions = { mode: "keep" };
const fail: PutOptions = { mode: "fail" };

interface Change {
  readonly key: string;
  readonly before: FieldValue | undefined;
}

export class Message {
  readonly type: MessageType;
  readonly fields: FieldTable;
  /** Where the engine says that the message came from; not content. */
  origin: unknown = undefined;
  /** Which of the messages of that origin this is; -1: the origin itself. */
  ordinal = -1;
  #values: Map<string, FieldValue>;
  #default: FieldValue | undefined;
  #changes: Change[] | undefined;
  /** Order of the keys at the savepoint, noted before the first removal. */
  #order: readonly string[] | undefined;

  constructor(type: MessageType, fields: FieldTable, values: Map<string, FieldValue> = new Map()) {
    this.type = type;
    this.fields = fields;
    this.#values = values;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value; a JSONDict as a whole and base64 fields as text. Undefined when there is none. */
  get(key: string): FieldValue | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) return value instanceof Base64Value ? value.base64 : value;
    if (this.fields.lookup(key)?.isDictionary) return this.#dictionaryText(key);
    return this.#default !== undefined && this.fields.lookup(key) !== undefined ? this.#default : undefined;
  }

  /** The bytes of a base64 field. */
  getBytes(key: string): Uint8Array | undefined {
    const value = this.#values.get(key);
    return value instanceof Base64Value ? value.bytes : undefined;
  }

  /** The text of a base64 field: its bytes as UTF-8, undecodable ones dropped. */
  getDecoded(key: string): string | undefined {
    const value = this.#values.get(key);
    return value instanceof Base64Value ? value.text : undefined;
  }

  /** The text form (`str()` of Python): `80`, `100.0`, `True`. */
  text(key: string): string | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : textOf(value);
  }

  /** A value as it is stored: base64 fields as {@link Base64Value}. */
  stored(key: string): FieldValue | undefined {
    return this.#values.get(key);
  }

  /** True for a JSONDict when it has any item. */
  has(key: string): boolean {
    if (this.#values.has(key)) return true;
    return this.fields.lookup(key)?.isDictionary === true && this.#itemKeys(key).length > 0;
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** Names and values in stored order; base64 fields as text. */
  *entries(): IterableIterator<[string, FieldValue]> {
    for (const [key, value] of this.#values) yield [key, value instanceof Base64Value ? value.base64 : value];
  }

  [Symbol.iterator](): IterableIterator<[string, FieldValue]> {
    return this.entries();
  }

  /** Names and values as they are stored. */
  storedEntries(): IterableIterator<[string, FieldValue]> {
    return this.#values.entries();
  }

  /** Fields whose names begin like this. */
  find(prefix: string): [string, FieldValue][] {
    return [...this.entries()].filter(([key]) => key.startsWith(prefix));
  }

  /** Sets a field, whatever it had. True if stored; an empty value removes the field. Throws WEIR_INVALID_VALUE, WEIR_INVALID_KEY. */
  set(key: string, value: unknown): boolean {
    return this.put(key, value, overwrite) === "stored";
  }

  /** Sets a field unless it has a value. True if stored. */
  add(key: string, value: unknown): boolean {
    return this.put(key, value, keep) === "stored";
  }

  /** Sets a field that has no value yet. Throws WEIR_KEY_EXISTS if it has. True if stored. */
  insert(key: string, value: unknown): boolean {
    return this.put(key, value, fail) === "stored";
  }

  /** Sets a field that has a value. Throws WEIR_KEY_NOT_EXISTS if it has none. */
  change(key: string, value: unknown, options: { readonly sanitize?: boolean } = {}): boolean {
    if (!this.has(key)) throw keyNotExists({ key });
    return this.put(key, value, { mode: "overwrite", ...options }) === "stored";
  }

  /** The general form of setting a field. */
  put(key: string, value: unknown, options: PutOptions): Outcome {
    const { mode } = options;
    if (mode !== "overwrite" && this.has(key)) {
      if (mode === "fail") throw keyExists({ key });
      return "exists";
    }
    if (isIgnored(value)) {
      if (mode !== "overwrite" || !this.has(key)) return "ignored";
      this.remove(key);
      return "removed";
    }
    const { fields } = this;
    const field = fields.lookup(key) ?? (options.fromMessage ? fields.storedField(key) : fields.field(key));
    if (options.ignore?.(value)) return "ignored";
    if (field.isDictionary) return this.#putDictionary(field, value, options);
    const cleaned = field.clean(value, options.sanitize ?? true);
    if (isRefusal(cleaned)) {
      if (options.skipInvalid) return "invalid";
      throw invalidValue({ key, type: field.type.name, value: show(value), reason: cleaned.refused });
    }
    this.#store(key, cleaned);
    return "stored";
  }

  #putDictionary(field: Field, value: unknown, { sanitize = true, skipInvalid }: PutOptions): Outcome {
    const items = asDictionary(value, sanitize);
    const kept = items === undefined || field.name === "extra" ? items : items.filter(([, item]) => !isEmptyItem(item));
    if (kept === undefined || (items !== undefined && items.length === 0)) {
      if (skipInvalid) return "invalid";
      throw invalidValue({
        key: field.name,
        type: field.type.name,
        value: show(value),
        reason: "it is no JSON object with a member",
      });
    }
    if (this.has(field.name)) this.remove(field.name);
    for (const [name, item] of kept) this.#store(`${field.name}.${name}`, item);
    return "stored";
  }

  /** Removes a field (a JSONDict: all of its items). True if there was something. */
  remove(key: string): boolean {
    const keys = this.#values.has(key) ? [key] : this.fields.lookup(key)?.isDictionary ? this.#itemKeys(key) : [];
    for (const item of keys) this.#drop(item);
    return keys.length > 0;
  }

  /** Sets many fields, each as it is if that is valid, else cleaned. Throws WEIR_INVALID_VALUE. */
  update(entries: Iterable<readonly [string, unknown]>): void {
    for (const [key, value] of entries) {
      const outcome = this.put(key, value, { mode: "overwrite", sanitize: false, skipInvalid: true });
      if (outcome !== "stored") this.put(key, value, overwrite);
    }
  }

  /** Whether the field would take the value. Throws WEIR_INVALID_KEY. */
  isValid(key: string, value: unknown, sanitize = true): boolean {
    const field = this.fields.lookup(key) ?? this.fields.field(key);
    if (isIgnored(value)) return false;
    if (field.isDictionary) return (asDictionary(value, sanitize)?.length ?? 0) > 0;
    return !isRefusal(field.clean(value, sanitize));
  }

  /** What reading a known field without value gives from now on. */
  setDefaultValue(value: FieldValue | undefined): void {
    this.#default = value;
  }

  /** A copy with an origin of its own to come; changes of one are not seen by the other. */
  clone(): Message {
    const copy = new Message(this.type, this.fields, new Map(this.#values));
    copy.origin = this.origin;
    copy.ordinal = this.ordinal;
    copy.#default = this.#default;
    return copy;
  }

  /** Same type, same fields, and equal values as Python sees it (`1` equals `1.0`). */
  equals(other: Message): boolean {
    if (this.type !== other.type || this.fields !== other.fields || this.size !== other.size) return false;
    for (const [key, value] of this.entries()) {
      const theirs = other.get(key);
      if (theirs === undefined || !pythonEquals(value as JsonValue, theirs as JsonValue)) return false; // base64 came as text
    }
    return true;
  }

  /** Notes the present content for `rollback`. */
  savepoint(): void {
    if (this.#changes === undefined) this.#changes = [];
    else if (this.#changes.length > 0) this.#changes.length = 0;
    this.#order = undefined;
  }

  /** Gives back the content of the last savepoint. */
  rollback(): void {
    const changes = this.#changes;
    if (changes === undefined || changes.length === 0) return;
    for (let index = changes.length - 1; index >= 0; index--) {
      const change = changes[index];
      if (change === undefined) continue;
      if (change.before === undefined) this.#values.delete(change.key);
      else this.#values.set(change.key, change.before);
    }
    if (this.#order !== undefined) {
      const values = this.#values;
      this.#values = new Map(this.#order.map((key) => [key, values.get(key) ?? ""]));
    }
    changes.length = 0;
    this.#order = undefined;
  }

  #store(key: string, value: FieldValue): void {
    if (this.#changes !== undefined) this.#changes.push({ key, before: this.#values.get(key) });
    this.#values.set(key, value);
  }

  #drop(key: string): void {
    const before = this.#values.get(key);
    if (before === undefined) return;
    if (this.#changes !== undefined) {
      if (this.#order === undefined) this.#order = this.#orderAtSavepoint(this.#changes);
      this.#changes.push({ key, before });
    }
    this.#values.delete(key);
  }

  /** What was added since the savepoint stands at the end, so the order of then is that of now without it. */
  #orderAtSavepoint(changes: readonly Change[]): readonly string[] {
    const added = new Set(changes.filter(({ before }) => before === undefined).map(({ key }) => key));
    return [...this.#values.keys()].filter((key) => !added.has(key));
  }

  #itemKeys(dictionary: string): string[] {
    const prefix = `${dictionary}.`;
    const keys: string[] = [];
    for (const key of this.#values.keys()) if (key.startsWith(prefix)) keys.push(key);
    return keys;
  }

  #dictionaryText(dictionary: string): string | undefined {
    const keys = this.#itemKeys(dictionary);
    if (keys.length === 0) return undefined;
    const entries = keys.map((key): [string, JsonValue] => [
      key.slice(dictionary.length + 1),
      this.#values.get(key) as JsonValue,
    ]); // items are JSON values
    return writeJson(nest(entries));
  }
}

/** Values that say nothing and are not stored. */
export function isIgnored(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === "-" || value === "N/A";
}

function isEmptyItem(item: JsonValue): boolean {
  if (item === "-" || item === "N/A" || item === "") return true;
  return Array.isArray(item) ? item.length === 0 : item instanceof Map && item.size === 0;
}

function show(value: unknown): string {
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : value instanceof Uint8Array
        ? `${value.length} bytes`
        : String(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
