import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Base64Value, createEvent, createReport } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultFields } from "../testing/default-fields.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { readDump, writeDump, writeDumpFile } from "./dump-file.ts";
import { dumpInvalid } from "./errors.ts";

const fields = defaultFields();
const time = Date.parse("2026-11-24T03:22:30.801Z") + 0.877;

function letter(more: Partial<DeadLetter> = {}): DeadLetter {
  const event = createEvent(fields.event);
  event.set("source.ip", "192.0.2.1");
  return {
    id: "1",
    time,
    bot: "taxonomy-expert",
    queue: "taxonomy-expert-queue",
    attempts: 3,
    error: { name: "Error", message: "no ü", stack: "Error: no ü\n    at process" },
    envelope: { id: "m/1", message: event },
    ...more,
  };
}

describe("writeDump", () => {
  it("writes what IntelMQ writes: names sorted, indented by four, ASCII, times with microseconds", () => {
    const { envelope: _, ...withoutMessage } = letter();
    const bytes = { ...withoutMessage, time: time - 5000, bytes: Buffer.from([255, 0]), queue: "" };
    expect(writeDump([letter(), bytes])).toBe(String.raw`{
    "2026-11-24T03:22:25.801877": {
        "bot_id": "taxonomy-expert",
        "message": "/wA=",
        "message_type": "base64",
        "source_queue": null,
        "traceback": [
            "    at process\n",
            "Error: no \u00fc\n"
        ]
    },
    "2026-11-24T03:22:30.801877": {
        "bot_id": "taxonomy-expert",
        "message": "{\"source.ip\": \"192.0.2.1\", \"__type\": \"Event\"}",
        "source_queue": "taxonomy-expert-queue",
        "traceback": [
            "    at process\n",
            "Error: no \u00fc\n"
        ]
    }
}`);
    expect(writeDump([])).toBe("{}");
  });

  it("gives letters of one instant names of their own", () => {
    const names = Object.keys(JSON.parse(writeDump([letter(), letter({ id: "2" }), letter({ id: "3" })])));
    expect(names).toEqual(["2026-11-24T03:22:30.801877", "2026-11-24T03:22:30.801878", "2026-11-24T03:22:30.801879"]);
  });
});

describe("readDump", () => {
  it("reads what writeDump writes", () => {
    const report = createReport(fields.report, [], new Date(time));
    report.set("raw", Base64Value.ofText("a,b"));
    const letters = [letter(), letter({ time: time + 1, bot: "parser", envelope: { id: "r", message: report } })];
    const read = readDump(writeDump(letters), fields);
    expect(read.problems).toEqual([]);
    expect(read.letters.map((one) => [one.time, one.bot, one.queue, one.error, one.attempts])).toEqual(
      letters.map((one) => [one.time, one.bot, one.queue, one.error, 1]),
    );
    expect(read.letters.map((one) => [...(one.envelope?.message.entries() ?? [])])).toEqual(
      letters.map((one) => [...(one.envelope?.message.entries() ?? [])]),
    );
  });

  it("reads entries of every age: message as text, as object, as base64; traceback as list and as text", () => {
    const { letters, problems } = readDump(
      JSON.stringify({
        "2026-11-24T03:22:30.801877": {
          bot_id: "b",
          source_queue: "b-queue",
          traceback: [
            "Traceback (most recent call last):\n",
            '  File "x.py", line 1\n',
            "intelmq.lib.exceptions.InvalidValue: invalid value: 1\n",
          ],
          message: '{"source.ip": "192.0.2.1", "__type": "Event"}',
        },
        "2017-01-02T03:04:05": {
          bot_id: "b",
          source_queue: null,
          traceback: "KeyError: 'x'",
          message: { "source.asn": 64500, __type: "Event" },
        },
        "2026-11-24T03:22:31.000001": {
          bot_id: "b",
          source_queue: "q",
          traceback: [],
          message: "/wA=",
          message_type: "base64",
        },
      }),
      fields,
    );
    expect(problems).toEqual([]);
    expect(letters.map(({ error }) => [error.name, error.message])).toEqual([
      ["InvalidValue", "invalid value: 1"],
      ["KeyError", "'x'"],
      ["Error", "imported from a dump file that gives no error"],
    ]);
    expect(letters.map(({ queue }) => queue)).toEqual(["b-queue", "", "q"]);
    expect(letters[1]?.envelope?.message.get("source.asn")).toBe(64500);
    expect(letters[2]?.bytes).toEqual(new Uint8Array([255, 0]));
    expect(letters[0]?.time).toBe(time);
  });

  it("keeps the text of a message that cannot be read, and says which and why", () => {
    const { letters, problems } = readDump(
      JSON.stringify({
        "2026-11-24T03:22:30.801877": {
          bot_id: "b",
          source_queue: "q",
          traceback: "",
          message: '{"source.ip": "nonsense", "__type": "Event"}',
        },
        "2026-11-24T03:22:31.801877": {
          bot_id: "b",
          source_queue: "q",
          traceback: "",
          message: "###",
          message_type: "base64",
        },
        "not a time": { bot_id: "b", source_queue: "q", traceback: "", message: null },
        other: 5,
      }),
      fields,
    );
    expect(letters.map(({ bytes }) => (bytes === undefined ? undefined : Buffer.from(bytes).toString()))).toEqual([
      '{"source.ip": "nonsense", "__type": "Event"}',
      "###",
      undefined,
    ]);
    expect(problems).toEqual([
      expect.stringMatching(/^2026-11-24T03:22:30.801877: .*source.ip.*its text is kept$/),
      "2026-11-24T03:22:31.801877: its message is no base64; its text is kept",
      "not a time: its name is no time; the present one is taken",
      expect.stringContaining("not a time: it holds no message"),
      "other: it is no object",
    ]);
  });

  it("saves the whole entries of a file that was cut off anywhere", () => {
    const text = writeDump([letter(), letter({ time: time + 1000 }), letter({ time: time + 2000 })]);
    const ends = [...text.matchAll(/\n {4}\}/g)].map(({ index }) => index + 6);
    for (let length = 0; length < text.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const cut = text.slice(0, length);
      if (whole === 0) expect(() => readDump(cut, fields)).toThrow(expect.objectContaining({ code: dumpInvalid.code }));
      else {
        const { letters, problems } = readDump(cut, fields);
        expect(letters).toHaveLength(whole);
        expect(problems[0]).toMatch(/^the file is damaged behind character \d+ /);
      }
    }
  });

  it("takes any text without failing otherwise, and in time that grows with its length", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{"', '":', "{", "}", "[", '"', "\\", ",", "null", '"message"', '"2026-11-24T03:22:30"'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          readDump(pieces.join(""), fields);
        } catch (error) {
          if (!dumpInvalid.is(error)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
    const started = performance.now();
    for (const text of ['{"a":'.repeat(100_000), `{"a": ${"[".repeat(200_000)}`, `{"a": "${"\\".repeat(300_000)}`]) {
      expect(() => readDump(text, fields)).toThrow();
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("writeDumpFile", () => {
  it("replaces the file as a whole and leaves nothing else behind", async () => {
    const directory = mkdtempSync(join(tmpdir(), "weir-dump-"));
    const path = join(directory, "bot.dump");
    await writeDumpFile(path, [letter()]);
    await writeDumpFile(path, [letter(), letter({ time: time + 1 })]);
    expect(readDump(readFileSync(path, "utf8"), fields).letters).toHaveLength(2);
    expect(readdirSync(directory)).toEqual(["bot.dump"]);
    rmSync(directory, { recursive: true });
  });
});
