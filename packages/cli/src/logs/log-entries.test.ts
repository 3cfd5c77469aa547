import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastLogLines } from "./log-entries.ts";

const directory = mkdtempSync(join(tmpdir(), "weir-log-"));
const entry = (time: string, bot: string, level: string, message: string): string =>
  `${JSON.stringify({ time: new Date(`2031-05-06T${time}`).toISOString(), bot, level, message })}\n`;

writeFileSync(join(directory, "weir.jsonl.1"), entry("07:00:00", "url", "INFO", "rotated"));
writeFileSync(
  join(directory, "weir.jsonl"),
  entry("08:00:00", "url", "INFO", "one") +
    entry("09:00:00", "url", "ERROR", "two") +
    '{"time": "cut by a cra' +
    "\n" +
    entry("10:00:00", "taxonomy", "WARNING", "three"),
);
writeFileSync(
  join(directory, "weir.log"),
  "2031-05-06 08:30:00,000 - weir - ERROR - Worker 0 failed\nError: gone\n    at somewhere\n2031-05-06 09:30:00,000 - weir - INFO - again\n",
);
const messages = (query: { bot?: string; level?: string; count?: number }): string[] =>
  lastLogLines({ directory, level: "DEBUG", count: 100, ...query }).map(({ message }) => message);

describe("lastLogLines", () => {
  it("puts the logs of bots and supervisor together by time, rotated files included", () => {
    expect(messages({})).toEqual(["rotated", "one", "Worker 0 failed", "two", "again", "three"]);
  });

  it("gives the last ones that fit", () => {
    expect(messages({ count: 2 })).toEqual(["again", "three"]);
    expect(messages({ bot: "url", count: 2 })).toEqual(["one", "two"]);
    expect(messages({ bot: "weir" })).toEqual(["Worker 0 failed", "again"]);
  });

  it("gives a level and those above it", () => {
    expect(messages({ level: "WARNING" })).toEqual(["Worker 0 failed", "two", "three"]);
    expect(messages({ level: "CRITICAL" })).toEqual([]);
  });

  it("keeps the stack of an error with it", () => {
    const [first] = lastLogLines({ directory, bot: "weir", level: "ERROR", count: 1 });
    expect(first?.stack).toBe("Error: gone\n    at somewhere");
  });

  it("finds nothing where there are no logs", () => {
    expect(lastLogLines({ directory: join(directory, "none"), level: "INFO", count: 5 })).toEqual([]);
  });
});
