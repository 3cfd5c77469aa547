import { describe, expect, it } from "vitest";
import { renameBot } from "./rename-bot.ts";

describe("renameBot", () => {
  it("renames the bot, and its queue where others send to it", () => {
    const text = `a:
  module: m
  parameters:
    destination_queues: {_default: [b-queue, c-queue], again: b-queue x}   # both
b:   # the second
  module: m
  parameters:
    destination_queues: [b-queue, bb-queue]
`;
    expect(renameBot(text, "b", "deduplicator")).toBe(`a:
  module: m
  parameters:
    destination_queues: {_default: [deduplicator-queue, c-queue], again: deduplicator-queue x}   # both
deduplicator:   # the second
  module: m
  parameters:
    destination_queues: [deduplicator-queue, bb-queue]
`);
  });

  it("leaves the queue alone that the bot names itself", () => {
    const text =
      "a: {module: m, parameters: {destination_queues: [b-queue]}}\nb: {module: m, parameters: {source_queue: b-queue}}\n";
    expect(renameBot(text, "b", "c")).toBe(text.replace("\nb:", "\nc:"));
  });

  it("refuses an id that is taken, and a bot that is not there", () => {
    const text = "a: {module: m}\nb: {module: m}\n";
    expect(() => renameBot(text, "a", "b")).toThrow("taken");
    expect(() => renameBot(text, "x", "y")).toThrow("there is no such value");
  });
});
