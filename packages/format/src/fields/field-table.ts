/**
 * The fields of one message type, compiled: for every field a function that cleans and checks a value.
 *
 * Invariants
 * - `lookup` of a configured name is one map access; names below a JSONDict field are checked once and remembered (up to a
 *   bound, since feeds may make up names without end).
 * - `clean` follows the order of the data format: sanitise, type, length, regex, iregex.
 */

import { invalidKey, regexEffortError } from "../errors/kinds.ts";
import { expectedOf } from "../field-types/expected.ts";
import { cleanedBy, type FieldType, type FieldValue } from "../field-types/field-type.ts";
import { fieldType } from "../field-types/registry.ts";
import { compilePythonRegex } from "../python/regex.ts";
import { pythonStr } from "../python/repr.ts";
import { Base64Value } from "../values/base64-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import { fastPattern } from "./fast-pattern.ts";
import { isFieldName } from "./field-name.ts";
import type { FieldDefinition, Harmonization } from "./harmonization.ts";
import { meantName } from "./meant-name.ts";

/** Why a value was refused; the words are part of the error message. */
export type Refusal = { readonly refused: string };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly definition: FieldDefinition;
  /** True for a JSONDict as a whole, such as `extra`. */
  readonly isDictionary: boolean;
  /** True for a name below a JSONDict, such as `extra.tags`: any JSON value, taken as it is. */
  readonly isItem: boolean;
  readonly isBase64: boolean;
  /** The value to store, or why there is none. */
  clean(value: unknown, sanitize: boolean): FieldValue | Refusal;
}

export function isRefusal(result: FieldValue | Refusal): result is Refusal {
  return typeof result === "object" && result !== null && "refused" in result;
}

const maxRememberedItems = 10_000;

export class FieldTable {
  readonly messageType: "Event" | "Report";
  readonly definitions: ReadonlyMap<string, FieldDefinition>;
  readonly #fields = new Map<string, Field>();
  readonly #items = new Map<string, Field>();

  constructor(messageType: "Event" | "Report", definitions: ReadonlyMap<string, FieldDefinition>) {
    this.messageType = messageType;
    this.definitions = definitions;
    for (const [name, definition] of definitions) this.#fields.set(name, compileField(name, definition));
  }

  /** The field of this name; undefined when there is none. Names below a JSONDict field are fields, too. */
  lookup(name: string): Field | undefined {
    return this.#fields.get(name) ?? this.#items.get(name) ?? this.#item(name);
  }

  /** The same; throws WEIR_INVALID_KEY. */
  field(name: string): Field {
    const field = this.lookup(name);
    if (field === undefined)
      throw invalidKey({ key: name, reason: this.#whyNot(name), nearest: meantName(name, this.names) });
    return field;
  }

  get names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /**
   * Whether a message may have a field of this name. Below a JSONDict that was set as a whole stand names of any form, which
   * nobody could set one by one.
   */
  isStorable(name: string): boolean {
    return this.lookup(name) !== undefined || this.#dictionaryOf(name) !== undefined;
  }

  /** The field of such a name; throws WEIR_INVALID_KEY. */
  storedField(name: string): Field {
    return this.lookup(name) ?? (this.#dictionaryOf(name) === undefined ? this.field(name) : itemField(name));
  }

  #item(name: string): Field | undefined {
    if (this.#dictionaryOf(name) === undefined || !isFieldName(name)) return undefined;
    const item = itemField(name);
    if (this.#items.size < maxRememberedItems) this.#items.set(name, item);
    return item;
  }

  #dictionaryOf(name: string): Field | undefined {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      const field = this.#fields.get(name.slice(0, dot));
      if (field?.isDictionary) return field;
    }
    return undefined;
  }

  #whyNot(name: string): string {
    if (this.#dictionaryOf(name) !== undefined) {
      return "has a name that is none: Does not match regular expression of names (lower-case letters, digits, _ and dots)";
    }
    return `is not allowed in ${this.messageType === "Event" ? "an event" : "a report"}`;
  }
}

/** Compiles the fields of a message type. */
export function compileFields(harmonization: Harmonization, type: "event" | "report"): FieldTable {
  return new FieldTable(type === "event" ? "Event" : "Report", harmonization[type]);
}

function compileField(name: string, definition: FieldDefinition): Field {
  const type = fieldType(definition.type);
  if (type === undefined) throw new Error(`field ${name} has the unknown type ${definition.type}`);
  const broken = compileConstraints(definition);
  const isBase64 = definition.type === "Base64";
  const notValid: Refusal = { refused: expectedOf(definition.type) };
  // The latest text that was right as it was: many fields have the same text in one event after the other.
  let latest: string | undefined;
  let latestWasCleaned = false;
  return {
    name,
    type,
    definition,
    isDictionary: definition.type === "JSONDict",
    isItem: false,
    isBase64,
    clean(value, sanitize) {
      if (value === latest && sanitize === latestWasCleaned && latest !== undefined) return latest;
      const given = sanitize ? cleanedBy(type, value) : type.isValid(value) ? (value as FieldValue) : undefined;
      if (given === undefined) return notValid;
      // Text that is base64 already, as on the wire, is kept to the character and decoded when asked for.
      const cleaned = isBase64 && typeof given === "string" ? Base64Value.ofBase64(given) : given;
      const refusal = broken?.(typeof cleaned === "string" ? cleaned : textOf(cleaned));
      if (refusal !== undefined) return refusal;
      if (cleaned === value && typeof cleaned === "string" && cleaned.length <= maxLatest) {
        latest = cleaned;
        latestWasCleaned = sanitize;
      }
      return cleaned;
    },
  };
}

const maxLatest = 200;

/** Which constraint a text breaks; undefined when there are none. */
function compileConstraints({
  length,
  regex,
  iregex,
}: FieldDefinition): ((text: string) => Refusal | undefined) | undefined {
  if (length === undefined && regex === undefined && iregex === undefined) return undefined;
  const matches = regex === undefined ? undefined : compilePattern(regex, false);
  const matchesAnyCase = iregex === undefined ? undefined : compilePattern(iregex, true);
  return (text) => {
    if (length !== undefined && text.length > length && countCharacters(text) > length) {
      return { refused: `it has ${countCharacters(text)} characters, more than the ${length} that the field takes` };
    }
    try {
      if (matches?.(text) === false) return { refused: `it does not match the pattern of the field, ${regex}` };
      if (matchesAnyCase?.(text) === false)
        return { refused: `it does not match the pattern of the field in any case, ${iregex}` };
    } catch (error) {
      if (regexEffortError.is(error)) return { refused: error.message };
      throw error;
    }
    return undefined;
  };
}

function compilePattern(source: string, ignoreCase: boolean): (text: string) => boolean {
  const fast = ignoreCase ? undefined : fastPattern(source);
  if (fast !== undefined) return fast;
  const regex = compilePythonRegex(source, { ignoreCase });
  return (text) => regex.test(text);
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The text form of a stored value, as `str()` gives it. */
export function textOf(value: FieldValue): string {
  if (typeof value === "string") return value;
  return value instanceof Base64Value ? value.base64 : pythonStr(value);
}

const anything: FieldType = {
  name: "JSON value",
  isValid: () => true,
  sanitize: (value) => toJsonValue(value),
};

function itemField(name: string): Field {
  return {
    name,
    type: anything,
    definition: { type: "JSON value", description: "" },
    isDictionary: false,
    isItem: true,
    isBase64: false,
    clean(value) {
      if (typeof value === "string") return value;
      const json = value instanceof Base64Value ? value.base64 : toJsonValue(value);
      return json === undefined ? { refused: "it has no JSON form" } : json;
    },
  };
}
