/**
 * A report or event: a flat map from field names to values, in the order in which they were set.
 *
 * Invariants
 * - Every stored value was accepted by the field's `clean`; no stored value is null, "", "-" or "N/A", except below a
 *   JSONDict that was set as a whole.
 * - A JSONDict is stored as its items (`extra.a`, `extra.b`), never as a whole.
 * - `#values` has a value for every name of `#shape`, in the same place.
 * - After `savepoint`, `rollback` gives back content and order of that moment. Fields that are added stand behind those of
 *   then and are cut off again; the values are copied before the first of them is replaced. So both cost next to nothing.
 */
import { invalidValue, keyExists, keyNotExists } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import { type Field, type FieldTable, isRefusal, textOf } from "../fields/field-table.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { writeJson } from "../wire/write-json.ts";
import { asDictionary } from "./dictionary.ts";
import { isEmptyItem, isIgnored } from "./ignored-value.ts";
import { nest } from "./nesting.ts";
import { pythonEquals } from "./python-equality.ts";
import { emptyShape, type Shape } from "./shape.ts";
import { shownValue } from "./shown-value.ts";

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

export class Message {
  readonly type: MessageType;
  readonly fields: FieldTable;
  /** Where the engine says that the message came from; not content. */
  origin: unknown = undefined;
  /** Which of the messages of that origin this is; -1: the origin itself. */
  ordinal = -1;
  #shape: Shape;
  #values: FieldValue[];
  #default: FieldValue | undefined;
  #savedShape: Shape | undefined;
  /** The same array as `#values` until a value of then is replaced; it may be longer than the saved shape. */
  #savedValues: FieldValue[] | undefined;

  /** A message with the names of `shape` and as many values, which from now on belong to it. */
  constructor(type: MessageType, fields: FieldTable, shape: Shape = emptyShape, values: FieldValue[] = []) {
    this.type = type;
    this.fields = fields;
    this.#shape = shape;
    this.#values = values;
  }

  get size(): number {
    return this.#values.length;
  }

  /** Names of the fields in their order, shared with other messages. */
  get shape(): Shape {
    return this.#shape;
  }

  /** The value in a place of the shape, as it is stored. */
  storedAt(place: number): FieldValue | undefined {
    return this.#values[place];
  }

  /** The value; a JSONDict as a whole and base64 fields as text. Undefined when there is none. */
  get(key: string): FieldValue | undefined {
    const value = this.stored(key);
    if (value !== undefined) return value instanceof Base64Value ? value.base64 : value;
    if (this.fields.lookup(key)?.isDictionary) return this.#dictionaryText(key);
    return this.#default !== undefined && this.fields.lookup(key) !== undefined ? this.#default : undefined;
  }

  /** The bytes of a base64 field. */
  getBytes(key: string): Uint8Array | undefined {
    const value = this.stored(key);
    return value instanceof Base64Value ? value.bytes : undefined;
  }

  /** The text of a base64 field: its bytes as UTF-8, undecodable ones dropped. */
  getDecoded(key: string): string | undefined {
    const value = this.stored(key);
    return value instanceof Base64Value ? value.text : undefined;
  }

  /** The text form (`str()` of Python): `80`, `100.0`, `True`. */
  text(key: string): string | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : textOf(value);
  }

  /** A value as it is stored: base64 fields as {@link Base64Value}. */
  stored(key: string): FieldValue | undefined {
    const place = this.#shape.placeOf(key);
    return place === -1 ? undefined : this.#values[place];
  }

  /** True for a JSONDict when it has any item. */
  has(key: string): boolean {
    return this.#shape.has(key) || (this.fields.lookup(key)?.isDictionary === true && this.#hasItem(key));
  }

  keys(): IterableIterator<string> {
    return this.#shape.names.values();
  }

  /** Names and values in stored order; base64 fields as text. */
  *entries(): IterableIterator<[string, FieldValue]> {
    for (const [key, value] of this.storedEntries()) yield [key, value instanceof Base64Value ? value.base64 : value];
  }

  [Symbol.iterator](): IterableIterator<[string, FieldValue]> {
    return this.entries();
  }

  /** Names and values as they are stored. */
  *storedEntries(): IterableIterator<[string, FieldValue]> {
    const { names } = this.#shape;
    const values = [...this.#values];
    for (let place = 0; place < values.length; place++) yield [names[place] ?? "", values[place] ?? null];
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
    const { fields } = this;
    const known = fields.lookup(key);
    if (mode !== "overwrite" && this.#hasField(key, known)) {
      if (mode === "fail") throw keyExists({ key });
      return "exists";
    }
    if (isIgnored(value)) {
      if (mode !== "overwrite" || !this.#hasField(key, known)) return "ignored";
      this.remove(key);
      return "removed";
    }
    const field = known ?? (options.fromMessage ? fields.storedField(key) : fields.field(key));
    if (options.ignore?.(value)) return "ignored";
    if (field.isDictionary) return this.#putDictionary(field, value, options);
    const cleaned = field.clean(value, options.sanitize ?? true);
    if (isRefusal(cleaned)) {
      if (options.skipInvalid) return "invalid";
      throw invalidValue({ key, type: field.type.name, value: shownValue(value), reason: cleaned.refused });
    }
    this.#store(key, cleaned);
    return "stored";
  }

  #hasField(key: string, field: Field | undefined): boolean {
    return this.#shape.has(key) || (field?.isDictionary === true && this.#hasItem(key));
  }

  #putDictionary(field: Field, value: unknown, { sanitize = true, skipInvalid }: PutOptions): Outcome {
    const items = asDictionary(value, sanitize);
    const kept = items === undefined || field.name === "extra" ? items : items.filter(([, item]) => !isEmptyItem(item));
    if (kept === undefined || (items !== undefined && items.length === 0)) {
      if (skipInvalid) return "invalid";
      throw invalidValue({
        key: field.name,
        type: field.type.name,
        value: shownValue(value),
        reason: "it is no JSON object with a member",
      });
    }
    if (this.has(field.name)) this.remove(field.name);
    for (const [name, item] of kept) this.#store(`${field.name}.${name}`, item);
    return "stored";
  }

  /** Removes a field (a JSONDict: all of its items). True if there was something. */
  remove(key: string): boolean {
    const place = this.#shape.placeOf(key);
    if (place !== -1) {
      this.#drop(place, (name) => name === key);
      return true;
    }
    if (!this.fields.lookup(key)?.isDictionary || !this.#hasItem(key)) return false;
    this.#drop(0, (name) => isItemOf(key, name));
    return true;
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
    const copy = new Message(this.type, this.fields, this.#shape, this.#values.slice());
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
    this.#savedShape = this.#shape;
    this.#savedValues = this.#values;
  }

  /** Gives back the content of the last savepoint. */
  rollback(): void {
    if (this.#savedShape === undefined || this.#savedValues === undefined) return;
    this.#shape = this.#savedShape;
    this.#values = this.#savedValues;
    if (this.#values.length > this.#shape.size) this.#values.length = this.#shape.size;
  }

  #store(key: string, value: FieldValue): void {
    const longer = this.#shape.append(key);
    if (longer !== undefined) {
      this.#shape = longer;
      this.#values.push(value);
      return;
    }
    if (this.#values === this.#savedValues) this.#values = this.#values.slice();
    this.#values[this.#shape.placeOf(key)] = value;
  }

  /** Drops the names that are meant; none of them stands before `from`. */
  #drop(from: number, isMeant: (name: string) => boolean): void {
    const { names } = this.#shape;
    const values = this.#values.slice(0, from);
    let shape = this.#shape.first(from);
    for (let place = from; place < names.length; place++) {
      const name = names[place];
      const value = this.#values[place];
      if (name === undefined || value === undefined || isMeant(name)) continue;
      shape = shape.append(name) ?? shape; // names of a shape are different
      values.push(value);
    }
    this.#shape = shape;
    this.#values = values;
  }

  #hasItem(dictionary: string): boolean {
    return this.#shape.names.some((name) => isItemOf(dictionary, name));
  }

  #dictionaryText(dictionary: string): string | undefined {
    const entries: [string, JsonValue][] = [];
    for (const [name, value] of this.storedEntries()) {
      if (isItemOf(dictionary, name)) entries.push([name.slice(dictionary.length + 1), value as JsonValue]); // items are JSON values
    }
    if (entries.length === 0) return undefined;
    return writeJson(nest(entries));
  }
}

function isItemOf(dictionary: string, name: string): boolean {
  return name.charCodeAt(dictionary.length) === 46 && name.startsWith(dictionary);
}
