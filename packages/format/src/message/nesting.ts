/**
 * Flat names to nested objects. What does not fit (a value where others need an object) keeps its remaining dotted name on
 * the level where it met the value, so nothing fails and nothing is lost: `a: 1, a.b: 2` gives `{"a": 1, "a.b": 2}`,
 * whatever the order. Objects that were stored are copied before anything is merged into them.
 */
import type { JsonValue } from "../values/json-value.ts";

type Building = Map<string, JsonValue>;

/** Nests entries by the dots of their names. */
export function nest(entries: Iterable<readonly [string, JsonValue]>): JsonValue {
  const list = [...entries];
  const scalars = new Set(list.filter(([, value]) => !(value instanceof Map)).map(([key]) => key));
  const root: Building = new Map();
  const own = new Set<JsonValue>([root]);
  for (const [key, value] of list) place(root, key, value, own, scalars, "");
  return root;
}

/** `scalars` are the full names that hold no object: no object may be made in their place. */
function place(
  level: Building,
  key: string,
  value: JsonValue,
  own: Set<JsonValue>,
  scalars: ReadonlySet<string>,
  above: string,
): void {
  const dot = key.indexOf(".");
  if (dot === -1) {
    const present = level.get(key);
    if (value instanceof Map) {
      const target =
        present instanceof Map && own.has(present)
          ? present
          : new Map<string, JsonValue>(present instanceof Map ? present : []);
      own.add(target);
      for (const [name, item] of value) target.set(name, item);
      level.set(key, target);
    } else {
      level.set(key, value);
    }
    return;
  }
  const head = key.slice(0, dot);
  const full = above + head;
  if (scalars.has(full)) {
    level.set(key, value);
    return;
  }
  let next = level.get(head);
  if (next === undefined) {
    next = new Map();
    own.add(next);
    level.set(head, next);
  } else if (!(next instanceof Map)) {
    level.set(key, value);
    return;
  } else if (!own.has(next)) {
    next = new Map(next);
    own.add(next);
    level.set(head, next);
  }
  place(next as Building, key.slice(dot + 1), value, own, scalars, `${full}.`); // made or copied above
}
