/** Messages and dead letters as the vectors write them: JSON objects with `__type`. */
import type { DeadLetter } from "@weir/engine";
import { type JsonObject, type JsonValue, type Message, parseJson, writeMessage } from "@weir/format";
import { isObject } from "../compare/value.ts";

export function messageAsJson(message: Message): JsonValue {
  return parseJson(writeMessage(message));
}

/** `message` where there is one, as an object; `message_base64` where bytes were kept. */
export function deadLetterAsJson({ envelope, bytes }: DeadLetter): JsonObject {
  if (envelope !== undefined) return new Map([["message", messageAsJson(envelope.message)]]);
  const kept = Buffer.from(bytes ?? new Uint8Array());
  const described = new Map<string, JsonValue>([["message_base64", kept.toString("base64")]]);
  const message = jsonObject(kept.toString());
  return message === undefined ? described : described.set("message", message);
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // bytes that are no JSON are compared as bytes
  }
}
