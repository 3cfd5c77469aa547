/**
 * The shape of a message: the names of its fields in the order in which they were set. Events of one feed have few shapes,
 * so messages share them, and what is worked out for one (places, sorted order, names as they are written) serves all.
 *
 *     empty ── source.ip ── source.port        a shape is the way from the root to it
 *                       └── comment ── status
 *
 * Invariants
 * - A shape never changes. From one root, the same names in the same order lead to the same shape while it is remembered.
 * - At most `maxShapes` are remembered; then all ways are forgotten and grow anew, so feeds that make up names without end
 *   cost time, not memory. Messages keep the shapes that they have: two shapes may have the same names.
 * - An index belongs to a way: it knows the names of its tip, and serves every shape before it, whose names are those with
 *   lower places. Only the tip extends it; so a message of very many names costs no more per name than one of few.
 */
import { compareCodePoints, quote, quoteAscii } from "../wire/write-json.ts";

const maxShapes = 20_000;
/** So many names, or look-ups, are cheaper without an index. */
const stepsBeforeIndex = 16;
const lookUpsBeforeIndex = 4;

let remembered = 0;
/** Ways that were remembered in an earlier generation do not count any more. */
let generation = 0;

export class Shape {
  /** The shape without its last name; undefined for the empty shape only. */
  readonly parent: Shape | undefined;
  readonly lastName: string;
  readonly size: number;
  #ways: Map<string, Shape> | undefined;
  #latestWay: Shape | undefined;
  #generation = generation;
  #index: Index | undefined;
  #lookUps = 0;
  #names: readonly string[] | undefined;
  #starts: readonly string[] | undefined;
  #sorted: SortedNames | undefined;

  /** Use `emptyShape` and `append`, so that messages share shapes. */
  constructor(parent: Shape | undefined, lastName: string) {
    this.parent = parent;
    this.lastName = lastName;
    this.size = parent === undefined ? 0 : parent.size + 1;
  }

  /** The shape with this name at the end; undefined when it has the name already. */
  append(name: string): Shape | undefined {
    if (this.#generation !== generation) this.#forgetWays();
    const latest = this.#latestWay;
    if (latest !== undefined && latest.lastName === name) return latest;
    const known = this.#ways?.get(name);
    if (known === undefined) return this.placeOf(name) === -1 ? this.#newWay(name) : undefined;
    this.#latestWay = known;
    return known;
  }

  has(name: string): boolean {
    // Whatever was appended last to this shape it does not have itself; and that is what is mostly asked for.
    return this.#latestWay?.lastName !== name && this.placeOf(name) !== -1;
  }

  /** Where the name stands, from 0; -1 when it does not. */
  placeOf(name: string): number {
    if (this.#index === undefined && ++this.#lookUps > lookUpsBeforeIndex) this.#index = indexOf(this);
    let steps = 0;
    for (let shape: Shape | undefined = this; shape?.parent !== undefined; shape = shape.parent) {
      if (shape.#index !== undefined) return placeIn(shape.#index, shape.size, name);
      if (shape.lastName === name) return shape.size - 1;
      if (++steps > stepsBeforeIndex) {
        this.#index = indexOf(this);
        return placeIn(this.#index, this.size, name);
      }
    }
    return -1;
  }

  /** The shape of the first `size` names. */
  first(size: number): Shape {
    let shape: Shape = this;
    while (shape.size > size && shape.parent !== undefined) shape = shape.parent;
    return shape;
  }

  get names(): readonly string[] {
    this.#names ??= namesOf(this);
    return this.#names;
  }

  /** The names as the members of the wire form begin: `"source.ip": `. */
  get starts(): readonly string[] {
    this.#starts ??= this.names.map((name) => `${quoteAscii(name)}: `);
    return this.#starts;
  }

  /** The names by code point, with their places. */
  get sorted(): SortedNames {
    this.#sorted ??= sortedNames(this.names);
    return this.#sorted;
  }

  #newWay(name: string): Shape {
    if (remembered >= maxShapes) {
      generation += 1;
      remembered = 0;
      this.#forgetWays();
    }
    const shape = new Shape(this, name);
    remembered += 1;
    if (this.#index?.tip === this) {
      this.#index.places.set(name, this.size);
      this.#index.tip = shape;
      shape.#index = this.#index;
    }
    this.#ways ??= new Map();
    this.#ways.set(name, shape);
    this.#latestWay = shape;
    return shape;
  }

  #forgetWays(): void {
    this.#ways = undefined;
    this.#latestWay = undefined;
    this.#index = undefined; // it may hold on to a tip far away
    this.#lookUps = 0;
    this.#generation = generation;
  }
}

/** A function of shapes, worked out once for each: nearly always it is one shape for many messages. */
export function perShape<Result>(compile: (shape: Shape) => Result): (shape: Shape) => Result {
  const known = new WeakMap<Shape, { readonly result: Result }>();
  let latestShape: Shape | undefined;
  let latest: { readonly result: Result } | undefined;
  return (shape) => {
    if (shape === latestShape && latest !== undefined) return latest.result;
    latest = known.get(shape) ?? { result: compile(shape) };
    latestShape = shape;
    known.set(shape, latest);
    return latest.result;
  };
}

/** The shape without names. */
export const emptyShape = new Shape(undefined, "");

export interface SortedNames {
  readonly names: readonly string[];
  readonly places: readonly number[];
  /** The names as members of a JSON object begin, in UTF-8. */
  readonly starts: readonly string[];
}

function namesOf(shape: Shape): readonly string[] {
  const names = new Array<string>(shape.size);
  for (let at: Shape | undefined = shape; at?.parent !== undefined; at = at.parent) names[at.size - 1] = at.lastName;
  return names;
}

interface Index {
  readonly places: Map<string, number>;
  tip: Shape;
}

function indexOf(shape: Shape): Index {
  return { places: new Map(shape.names.map((name, place) => [name, place])), tip: shape };
}

function placeIn({ places }: Index, size: number, name: string): number {
  const place = places.get(name);
  return place !== undefined && place < size ? place : -1;
}

function sortedNames(names: readonly string[]): SortedNames {
  const sorted = names.map((name, place) => ({ name, place })).sort((a, b) => compareCodePoints(a.name, b.name));
  return {
    names: sorted.map(({ name }) => name),
    places: sorted.map(({ place }) => place),
    starts: sorted.map(({ name }) => `${quote(name)}: `),
  };
}
