/** The forms of `destination_queues`: a mapping of paths, a list, a text of names, or nothing. */
import { isList, type JsonValue } from "@weir/format";
import { kindName } from "./located.ts";

/** Path → names of queues, in order. */
export type Destinations = ReadonlyMap<string, readonly string[]>;

/** What is wrong with the value at a path inside of it. */
export interface DestinationProblem {
  readonly problem: string;
  readonly path: readonly (string | number)[];
}

/** The canonical form; `problem` when it is none of the forms. */
export function readDestinations(value: JsonValue): { readonly destinations: Destinations } | DestinationProblem {
  if (value === null || value === false || value === "") return { destinations: new Map() };
  if (typeof value === "string") return { destinations: defaultPath(splitNames(value)) };
  if (isList(value)) {
    const names = readNames(value, []);
    return "problem" in names ? names : { destinations: defaultPath(names.names) };
  }
  if (!(value instanceof Map)) {
    const problem = `destination_queues has to be a mapping of paths to lists of queues; here it is ${kindName(value)}`;
    return { problem, path: [] };
  }
  const destinations = new Map<string, readonly string[]>();
  for (const [path, queues] of value) {
    const names = readNames(queues, [path]);
    if ("problem" in names) return names;
    destinations.set(path, names.names);
  }
  return { destinations };
}

/** All queues of all paths, in order; a queue named twice comes twice. */
export function flattenQueues(destinations: JsonValue): string[] {
  const read = readDestinations(destinations);
  return "problem" in read ? [] : [...read.destinations.values()].flat();
}

function readNames(
  value: JsonValue,
  path: readonly (string | number)[],
): { readonly names: readonly string[] } | DestinationProblem {
  if (typeof value === "string") return { names: splitNames(value) };
  if (!isList(value)) {
    return { problem: `the queues of a path have to be a list of names; here it is ${kindName(value)}`, path };
  }
  const names: string[] = [];
  for (const [index, name] of value.entries()) {
    if (typeof name !== "string" || name === "") {
      const problem = `the name of a queue has to be text; here it is ${name === "" ? "empty" : kindName(name)}`;
      return { problem, path: [...path, index] };
    }
    names.push(name);
  }
  return { names };
}

function defaultPath(names: readonly string[]): Destinations {
  return names.length === 0 ? new Map() : new Map([["_default", names]]);
}

function splitNames(text: string): string[] {
  return text.split(/\s+/).filter((name) => name !== "");
}
