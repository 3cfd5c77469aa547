/**
 * The shape of a message: which fields it has, in which order. Events of one feed have few shapes, so what is worked out
 * for one is kept for the next: the names sorted, and as they are written.
 *
 * Invariant: the most recently used shapes are kept, the last one found without a look-up in most cases.
 */
import type { Message } from "../message/message.ts";
import { compareCodePoints, quote } from "./write-json.ts";

export interface Shape {
  /** The names as they are stored. */
  readonly keys: readonly string[];
  /** The names by code point. */
  readonly sorted: readonly string[];
  /** The sorted names as members of a JSON object begin: `"source.ip": `. */
  readonly quoted: readonly string[];
}

const recent: Shape[] = [];
const mostRecent = 16;

export function shapeOf(message: Message): Shape {
  for (let place = 0; place < recent.length; place++) {
    const shape = recent[place];
    if (shape === undefined || !hasShape(message, shape.keys)) continue;
    if (place > 0) {
      recent.splice(place, 1);
      recent.unshift(shape);
    }
    return shape;
  }
  const keys = [...message.keys()];
  const sorted = [...keys].sort(compareCodePoints);
  const shape = { keys, sorted, quoted: sorted.map((key) => `${quote(key)}: `) };
  recent.unshift(shape);
  if (recent.length > mostRecent) recent.pop();
  return shape;
}

function hasShape(message: Message, keys: readonly string[]): boolean {
  if (message.size !== keys.length) return false;
  let at = 0;
  for (const key of message.keys()) if (keys[at++] !== key) return false;
  return true;
}
