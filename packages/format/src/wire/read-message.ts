/**
 * The fast way of reading messages: from the text straight into the fields of a message, without an object in between.
 *
 * It reads what writers of the wire form write: no white space but one blank after comma and colon, `__type` last, every
 * name once, every value valid as it is. Everything else is left to the general way, which repairs, and words the errors;
 * so both ways give the same message (a property test holds this).
 *
 * Invariant: `next` of a member is the one that followed it in the latest message that had both. Events of one feed have
 * the same fields in the same order, so nearly every name is found by comparing the text with what is expected there.
 */
import type { FieldValue } from "../field-types/field-type.ts";
import { type Field, type FieldTable, isRefusal } from "../fields/field-table.ts";
import { isIgnored } from "../message/ignored-value.ts";
import { Message, type MessageType } from "../message/message.ts";
import { emptyShape } from "../message/shape.ts";
import { JsonReader } from "./parse-json.ts";

interface Member {
  readonly field: Field;
  /** As the member begins: `"source.ip": `. */
  readonly start: string;
  next: Member | undefined;
}

interface Memory {
  readonly members: Map<string, Member>;
  first: Member | undefined;
}

const memories = new WeakMap<FieldTable, Memory>();
const maxMembers = 10_000;

const quote = 34;
const comma = 44;
const closingBrace = 125;

/** The message of a text in the usual form; undefined when the text has another, or is wrong in some way. */
export function readMessage(text: string, type: MessageType, table: FieldTable): Message | undefined {
  if (text.charCodeAt(0) !== 123) return undefined;
  const end = text.length - `, "__type": "${type}"}`.length;
  let memory = memories.get(table);
  if (memory === undefined) {
    memory = { members: new Map(), first: undefined };
    memories.set(table, memory);
  }
  const values: FieldValue[] = [];
  let shape = emptyShape;
  let member: Member | undefined;
  for (let at = 1; ; at += 2) {
    member = nextMember(text, at, member, memory, table);
    if (member === undefined) return undefined;
    at += member.start.length;
    let value: FieldValue;
    const stop = text.charCodeAt(at) === quote ? plainTextEnd(text, at + 1) : 0;
    if (stop > 0) {
      value = text.slice(at + 1, stop);
      at = stop + 1;
    } else {
      const digits = smallIntegerEnd(text, at);
      if (digits > 0) {
        value = Number(text.slice(at, digits));
        at = digits;
      } else {
        const reader = new JsonReader(text, at);
        value = reader.value(1);
        at = reader.at;
      }
    }
    if (isIgnored(value)) return undefined;
    const cleaned = member.field.clean(value, false);
    if (isRefusal(cleaned)) return undefined;
    const longer = shape.append(member.field.name);
    if (longer === undefined) return undefined; // the name comes twice
    shape = longer;
    values.push(cleaned);
    if (at === end) return new Message(type, table, shape, values);
    if (at > end || text.charCodeAt(at) !== comma || text.charCodeAt(at + 1) !== 32) return undefined;
  }
}

function nextMember(
  text: string,
  at: number,
  previous: Member | undefined,
  memory: Memory,
  table: FieldTable,
): Member | undefined {
  const expected = previous === undefined ? memory.first : previous.next;
  if (expected !== undefined && text.startsWith(expected.start, at)) return expected;
  const found = findMember(text, at, memory, table);
  if (found === undefined) return undefined;
  if (previous === undefined) memory.first = found;
  else previous.next = found;
  return found;
}

function findMember(text: string, at: number, { members }: Memory, table: FieldTable): Member | undefined {
  if (text.charCodeAt(at) !== quote) return undefined;
  const stop = plainTextEnd(text, at + 1);
  if (stop === 0 || text.charCodeAt(stop + 1) !== 58 || text.charCodeAt(stop + 2) !== 32) return undefined;
  const name = text.slice(at + 1, stop);
  const known = members.get(name);
  if (known !== undefined) return known;
  const field = table.lookup(name);
  if (field === undefined || field.isDictionary) return undefined;
  const member: Member = { field, start: `"${name}": `, next: undefined };
  if (members.size < maxMembers) members.set(field.name, member);
  return member;
}

/** Where the closing quote is; 0 when there is none, or something stands before it that is not as it looks. */
function plainTextEnd(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (!(code >= 32) || code === 92) return 0;
  }
}

/** Where a whole number of 15 digits or fewer ends; 0 when the value is something else. */
function smallIntegerEnd(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  if (code === 48) return 0;
  while (code >= 48 && code <= 57) code = text.charCodeAt(++at);
  const isWhole = at > from && at - from <= 15 && (code === comma || code === closingBrace);
  return isWhole ? at : 0;
}
