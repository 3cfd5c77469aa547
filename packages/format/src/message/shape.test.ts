import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyShape, type Shape } from "./shape.ts";

function shapeOf(names: Iterable<string>): Shape {
  let shape = emptyShape;
  for (const name of names) shape = shape.append(name) ?? shape;
  return shape;
}

describe("Shape", () => {
  it("is the same for the same names in the same order", () => {
    expect(shapeOf(["a", "b"])).toBe(shapeOf(["a", "b"]));
    expect(shapeOf(["a", "b"])).not.toBe(shapeOf(["b", "a"]));
    expect(shapeOf([])).toBe(emptyShape);
  });

  it("takes no name twice", () => {
    expect(shapeOf(["a", "b"]).append("a")).toBeUndefined();
  });

  it("knows the shapes on the way to it", () => {
    const shape = shapeOf(["a", "b", "c"]);
    expect(shape.first(2)).toBe(shapeOf(["a", "b"]));
    expect(shape.first(0)).toBe(emptyShape);
    expect(shape.first(3)).toBe(shape);
  });

  it("knows its names as they are written, and by code point", () => {
    const shape = shapeOf(["source.ip", "extra.ö", "extra.\u{1f600}", "extra.\uffff"]);
    expect(shape.starts).toEqual([
      '"source.ip": ',
      '"extra.\\u00f6": ',
      '"extra.\\ud83d\\ude00": ',
      '"extra.\\uffff": ',
    ]);
    expect(shape.sorted).toEqual({
      names: ["extra.ö", "extra.\uffff", "extra.\u{1f600}", "source.ip"],
      places: [1, 3, 2, 0],
      starts: ['"extra.ö": ', '"extra.\uffff": ', '"extra.\u{1f600}": ', '"source.ip": '],
    });
  });

  it("finds every name in its place, however often it is asked, and no other", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "_"), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 20 }), fc.array(name, { maxLength: 30 }), (names, asked) => {
        const shape = shapeOf(names);
        expect(shape.names).toEqual(names);
        expect(shape.size).toBe(names.length);
        for (const one of [...asked, ...names]) expect(shape.placeOf(one)).toBe(names.indexOf(one));
      }),
    );
  });

  it("still works when it has forgotten the ways, after names without end", () => {
    const before = shapeOf(["feed.name", "source.ip"]);
    for (let number = 0; number < 45_000; number++) expect(before.append(`extra.n${number}`)?.size).toBe(3);
    expect(before.names).toEqual(["feed.name", "source.ip"]);
    expect(before.append("feed.name")).toBeUndefined();
    const after = shapeOf(["feed.name", "source.ip"]);
    expect(after.names).toEqual(before.names);
    expect(shapeOf(["feed.name", "source.ip"])).toBe(after);
  });

  it("finds names in shapes that branch off a long one, at any place", () => {
    const long = Array.from({ length: 60 }, (_, number) => `extra.n${number}`);
    const name = fc.constantFrom(...long.slice(0, 10), ...long.slice(50), "extra.other", "extra.more");
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.array(name, { maxLength: 30 })), { maxLength: 10 }), (branches) => {
        for (const [size, added] of branches) {
          const names = [...new Set([...long.slice(0, size), ...added])];
          const shape = shapeOf(names);
          for (const one of [...long, ...added]) expect(shape.placeOf(one)).toBe(names.indexOf(one));
          expect(shape.names).toEqual(names);
        }
      }),
    );
  });

  it("takes a message of very many names in time that grows with their number, not with its square", () => {
    let shape = emptyShape;
    for (let number = 0; number < 200_000; number++) shape = shape.append(`extra.field_${number}`) ?? shape;
    expect(shape.placeOf("extra.field_0")).toBe(0);
    expect(shape.append("extra.field_199999")).toBeUndefined();
  });
});
