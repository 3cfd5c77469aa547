import { describe, expect, it } from "vitest";
import { parseAction } from "./action.ts";

describe("parseAction", () => {
  it.each([
    ["r 0,2", { kind: "recover", ids: [0, 2], queue: undefined }],
    ["r 1 other-queue", { kind: "recover", ids: [1], queue: "other-queue" }],
    ["a", { kind: "recover-all", queue: undefined }],
    ["a other-queue", { kind: "recover-all", queue: "other-queue" }],
    ["d", { kind: "delete-all" }],
    ["d 1,1", { kind: "delete", ids: [1] }],
    ["  s 0 ", { kind: "show", ids: [0] }],
    ["e 2", { kind: "edit", ids: [2] }],
    ["q", { kind: "quit" }],
  ])("reads %j", (line, action) => expect(parseAction(line, 3)).toEqual(action));

  it.each(["", "x", "show", "r", "r 3", "s -1", "e 1.5", "d 0,,1", "r 00x"])("refuses %j with a reason", (line) => {
    expect(parseAction(line, 3)).toEqual({ kind: "wrong", reason: expect.stringMatching(/./) });
  });
});
