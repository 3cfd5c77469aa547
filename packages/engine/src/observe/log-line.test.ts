import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLogLine, parseSyslogLine } from "./log-line.ts";

describe("parseLogLine", () => {
  it("takes the line of a bot apart", () => {
    expect(parseLogLine("2031-05-06 07:08:09,123 - file-collector - ERROR - Something went wrong.")).toEqual({
      date: "2031-05-06T07:08:09.123000",
      bot: "file-collector",
      thread: undefined,
      level: "ERROR",
      message: "Something went wrong.",
    });
  });

  it("keeps the number of a thread apart from the bot's id", () => {
    expect(parseLogLine("2031-05-06 07:08:09,5 - a.3 - DEBUG - x")).toMatchObject({ bot: "a", thread: 3 });
  });

  it("knows warnings of libraries and ids in other scripts", () => {
    expect(parseLogLine("2031-05-06 07:08:09,123 - py.warnings - WARNING - Deprecated")?.bot).toBe("py.warnings");
    expect(parseLogLine("2031-05-06 07:08:09,123 - bötchen - INFO - üñ")?.bot).toBe("bötchen");
  });

  it.each([
    ["a line of a stack", '  File "bot.py", line 259, in receive_message'],
    ["an empty message", "2031-05-06 07:08:09,123 - bot - ERROR - "],
    ["a time without fraction", "2031-05-06 07:08:09 - bot - ERROR - x"],
    ["a dot in the id that no number follows", "2031-05-06 07:08:09,123 - bot.x - INFO - x"],
    ["two lines", "2031-05-06 07:08:09,123 - bot - INFO - two\nlines"],
  ])("does not take %s", (_, line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });

  it("has no date when the time is impossible", () => {
    expect(parseLogLine("2031-02-30 07:08:09,123 - bot - INFO - x")).toMatchObject({ date: undefined, message: "x" });
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (line) => void parseLogLine(`2031-05-06 07:08:09,1 - ${line}`)));
  });
});

describe("parseSyslogLine", () => {
  it("takes the line apart and adds the year", () => {
    expect(parseSyslogLine("May 06 07:08:09 host1 file-collector.4: INFO Bot is starting.", 2030)).toEqual({
      date: "2030-05-06T07:08:09",
      bot: "file-collector",
      thread: 4,
      level: "INFO",
      message: "Bot is starting.",
    });
  });

  it("has no date when there is no such month", () => {
    expect(parseSyslogLine("Foo 06 07:08:09 host1 bot: INFO x", 2030)?.date).toBeUndefined();
  });

  it("does not take a process number", () => {
    expect(parseSyslogLine("May 06 07:08:09 host1 bot[33]: INFO x", 2030)).toBeUndefined();
  });
});
