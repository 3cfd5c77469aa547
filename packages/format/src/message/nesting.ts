/**
 * Flat names to nested objects. What does not fit (a value where others need an object) keeps its remaining dotted name on
 * the level where it met the value, so nothing fails and nothing is lost: `a: 1, a.b: 2` gives `{"a": 1, "a.b": 2}`,
 * whatever the order. Objects are merged with deeper items; of one path given in two forms the later wins.
 *
 * Invariant: objects that are given are never changed, and copied only where something is merged into them.
 */
import type { JsonObject, JsonValue } from "../values/json-value.ts";

/** A place in the tree of names. A place may have a value and others below it; only rendering tells what to do then. */
interface Place {
  /** An object here has not been looked into yet. */
  value: JsonValue | undefined;
  below: Map<string, Place> | undefined;
  /** True when an object was given for this place, so that it stays one where it does not fit. */
  isObject: boolean;
}

/** Nests entries by the dots of their names. */
export function nest(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  const root = emptyPlace();
  for (const [name, value] of entries) put(placeOf(root, name), value);
  return render(root);
}

function emptyPlace(): Place {
  return { value: undefined, below: undefined, isObject: false };
}

function placeOf(root: Place, name: string): Place {
  let place = root;
  let from = 0;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", from)) {
    place = below(place, name.slice(from, dot));
    from = dot + 1;
  }
  return below(place, from === 0 ? name : name.slice(from));
}

function below(place: Place, name: string): Place {
  open(place);
  place.below ??= new Map();
  let next = place.below.get(name);
  if (next === undefined) {
    next = emptyPlace();
    place.below.set(name, next);
  }
  return next;
}

function put(place: Place, value: JsonValue): void {
  const isFirst = place.value === undefined && place.below === undefined;
  if (value instanceof Map && !isFirst) {
    place.isObject = true;
    for (const [name, item] of value) put(below(place, name), item);
  } else {
    open(place);
    place.value = value;
  }
}

/** Turns the members of an object into places, so that others can stand beside them. */
function open(place: Place): void {
  const object = place.value;
  if (!(object instanceof Map)) return;
  place.value = undefined;
  place.isObject = true;
  place.below = new Map();
  for (const [name, item] of object) put(below(place, name), item);
}

function render({ below: places = new Map() }: Place): JsonObject {
  const object = new Map<string, JsonValue>();
  for (const [name, place] of places) renderInto(object, name, place);
  return object;
}

function renderInto(object: Map<string, JsonValue>, name: string, place: Place): void {
  if (place.below === undefined) object.set(name, place.value ?? null);
  else if (place.value === undefined) object.set(name, render(place));
  else {
    object.set(name, place.value);
    renderBeside(object, name, place.below);
  }
}

/** What stands below a value, under dotted names beside it. */
function renderBeside(object: Map<string, JsonValue>, above: string, places: ReadonlyMap<string, Place>): void {
  for (const [last, place] of places) {
    const name = `${above}.${last}`;
    if (place.below === undefined || place.isObject) {
      renderInto(object, name, place);
      continue;
    }
    if (place.value !== undefined) object.set(name, place.value);
    renderBeside(object, name, place.below);
  }
}
