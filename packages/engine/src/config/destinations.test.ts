import { describe, expect, it } from "vitest";
import { flattenQueues, readDestinations } from "./destinations.ts";

describe("flattenQueues", () => {
  it("gives the queues of all paths in order, doubles included", () => {
    expect(flattenQueues(new Map())).toEqual([]);
    expect(flattenQueues(new Map([["_default", "a"]]))).toEqual(["a"]);
    expect(
      flattenQueues(
        new Map<string, string | string[]>([
          ["_default", ["a", "b"]],
          ["x", "c"],
        ]),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(flattenQueues(new Map([["p", ["b", "a", "a"]]]))).toEqual(["b", "a", "a"]);
  });

  it("gives none for what is no destination", () => {
    expect(flattenQueues(5)).toEqual([]);
  });
});

describe("readDestinations", () => {
  it("says where in the value it is wrong", () => {
    expect(readDestinations(new Map([["a", ["x", 5]]]))).toEqual({
      problem: "the name of a queue has to be text; here it is a number",
      path: ["a", 1],
    });
    expect(readDestinations(new Map([["a", null]]))).toEqual({
      problem: "the queues of a path have to be a list of names; here it is null",
      path: ["a"],
    });
  });
});
