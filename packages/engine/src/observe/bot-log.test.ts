import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger, fileSink, formatJsonLine, formatLine, type LogEntry } from "./bot-log.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("createLogger", () => {
  const make = (level: "DEBUG" | "INFO" | "WARNING" = "INFO", secrets: string[] = []) => {
    const entries: LogEntry[] = [];
    let time = 0;
    const clock = { now: () => time };
    const log = createLogger({ bot: "b", level, clock, sinks: [(entry) => entries.push(entry)], secrets });
    return { log, entries, at: (now: number) => (time = now) };
  };

  it("leaves out what is below its level", () => {
    const { log, entries } = make("WARNING");
    log.info("No.");
    log.warning("Yes.");
    expect(entries.map(({ message }) => message)).toEqual(["Yes."]);
  });

  it("writes the same text once a second and then says how many were left out", () => {
    const { log, entries, at } = make();
    for (let i = 0; i < 5; i++) log.error("Broken.");
    at(1500);
    log.error("Broken.");
    expect(entries.map(({ message }) => message)).toEqual(["Broken.", "Broken. (4 more of the same were left out.)"]);
  });

  it("hides secrets in messages and stacks", () => {
    const { log, entries } = make("INFO", ["hunter2"]);
    log.error("Login with hunter2 failed.", new Error("hunter2 is wrong"));
    expect(JSON.stringify(entries)).not.toContain("hunter2");
    expect(entries[0]?.message).toBe("Login with HIDDEN failed.");
  });

  it("keeps the stacks of causes", () => {
    const { log, entries } = make();
    log.error("Outer.", new Error("outer", { cause: new Error("inner") }));
    expect(entries[0]?.stack).toContain("caused by: Error: inner");
  });
});

describe("formatLine", () => {
  it("has IntelMQ's form, on one line", () => {
    const time = new Date(2015, 4, 29, 21, 0, 24, 379).getTime();
    const line = formatLine({ time, bot: "my-bot", level: "INFO", message: "Two\nlines." });
    expect(line).toBe("2015-05-29 21:00:24,379 - my-bot - INFO - Two lines.\n");
  });
});

describe("fileSink", () => {
  it("rotates at the size and keeps the number of copies", () => {
    const path = join(directory, "b.log");
    const { sink, flush } = fileSink({
      path,
      maxSize: 200,
      maxCopies: 2,
      format: formatJsonLine,
      onError: (e) => expect.fail(String(e)),
    });
    for (let i = 0; i < 20; i++) {
      sink({ time: i, bot: "b", level: "INFO", message: `Line ${i}.` });
      flush();
    }
    expect(readdirSync(directory).sort()).toEqual(["b.log", "b.log.1", "b.log.2"]);
    expect(readFileSync(path, "utf8")).toContain("Line 19.");
  });

  it("hands the line over when it cannot be written", () => {
    const lost: string[] = [];
    const { sink, flush } = fileSink({
      path: "/proc/no-such-directory/b.log",
      maxSize: 0,
      maxCopies: 0,
      format: formatJsonLine,
      onError: (_, line) => lost.push(line),
    });
    sink({ time: 0, bot: "b", level: "INFO", message: "Kept." });
    flush();
    expect(lost.join("")).toContain("Kept.");
  });
});
