import {
  Base64Value,
  compileFields,
  createEvent,
  createReport,
  defaultHarmonization,
  float,
  type Message,
} from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultFields } from "../../testing/default-fields.ts";
import { numberedEvent } from "../../testing/numbered-event.ts";
import type { Envelope } from "../broker.ts";
import { recordDamaged } from "../errors.ts";
import { blobsOf, damageOf } from "./chunk-frame.ts";
import { readChunk, writeChunk } from "./chunk-record.ts";
import { rowText } from "./row-text.ts";

const fields = defaultFields();

const anyMessage = fc
  .record({
    comment: fc.string({ unit: "binary" }),
    port: fc.integer({ min: 1, max: 65535 }),
    raw: fc.uint8Array({ minLength: 1 }),
    report: fc.boolean(),
  })
  .map(({ comment, port, raw, report }): Message => {
    const message = report ? createReport(fields.report, [], new Date(0)) : createEvent(fields.event);
    if (!report) {
      message.set("source.port", port);
      message.set("feed.accuracy", float(port % 100));
      message.set("extra.text", comment);
    }
    message.set("raw", Base64Value.ofBytes(raw));
    return message;
  });

const anyEnvelope: fc.Arbitrary<Envelope> = fc
  .record(
    {
      id: fc.string({ unit: "binary" }),
      message: anyMessage,
      blob: fc.record({ id: fc.uuid(), bytes: fc.nat() }),
      attempts: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ["id", "message"] },
  )
  .map(({ id, message, blob, attempts }) => ({
    id,
    message,
    ...(blob === undefined ? {} : { blob }),
    ...(attempts === undefined ? {} : { attempts }),
  }));

/** To compare by content. */
function plain({ message, ...rest }: Envelope): unknown {
  return [rest, message.type, [...message.entries()]];
}

describe("writeChunk and readChunk", () => {
  it("give back what was written: ids, blobs, tries, messages of any content", () => {
    fc.assert(
      fc.property(fc.array(anyEnvelope, { maxLength: 20 }), (envelopes) => {
        const record = writeChunk(envelopes);
        const items = readChunk(record, fields, "it");
        expect(items.map((item) => ("envelope" in item ? plain(item.envelope) : item))).toEqual(envelopes.map(plain));
        expect(blobsOf(record)).toEqual(
          envelopes.flatMap(({ blob }, index) => (blob === undefined ? [] : [{ index, id: blob.id }])),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("recognise every changed, missing or added byte", () => {
    const record = writeChunk([
      { id: "m/1", message: numberedEvent(1) },
      { id: "m/2", message: numberedEvent(2) },
    ]);
    const reserved = new Set([6, 7]);
    for (let at = 0; at < record.length; at++) {
      const changed = record.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      if (reserved.has(at)) continue;
      if (at === 5 || (at >= 8 && at < 12)) {
        // Flags and number are not part of the checksum, but have to fit the content.
        expect(() => readChunk(changed, fields, "it").length).toSatisfy((read: () => number) => isDamageOrSame(read));
      } else expect(damageOf(changed)).toBeDefined();
      expect(damageOf(record.subarray(0, at))).toBeDefined();
    }
    expect(damageOf(Buffer.concat([record, Buffer.alloc(1)]))).toBeDefined();
    expect(damageOf(record)).toBeUndefined();
  });

  it("take any bytes without failing otherwise", () => {
    const sound = writeChunk([{ id: "m/1", message: numberedEvent(1) }]);
    const torn = fc
      .tuple(fc.nat(sound.length), fc.uint8Array({ maxLength: 40 }))
      .map(([at, bytes]) => Buffer.concat([sound.subarray(0, at), bytes]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), torn), (bytes) => {
        for (const read of [() => readChunk(bytes, fields, "it"), () => blobsOf(bytes)]) {
          try {
            read();
          } catch (error) {
            if (!recordDamaged.is(error)) throw error;
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("give a message that can no longer be read as the JSON that it was, and its neighbours as they are", () => {
    const definitions = new Map(defaultHarmonization.event).set("gone", { type: "JSONDict", description: "" });
    definitions.set("source.port", { type: "Float", description: "" });
    const message = createEvent(compileFields({ ...defaultHarmonization, event: definitions }, "event"), [
      ["gone.field", [1, float(2), new Map([["a", 1n << 70n]])]],
      ["source.port", float(80)],
    ]);
    const record = writeChunk([
      { id: "1", message: numberedEvent(1) },
      { id: "2", message },
      { id: "3", message: numberedEvent(3) },
    ]);
    const items = readChunk(record, fields, "it");
    expect(items.map((item) => "envelope" in item)).toEqual([true, false, true]);
    const [, broken] = items;
    if (broken === undefined || "envelope" in broken) throw new Error("it was read");
    expect(Buffer.from(broken.unreadable.bytes).toString()).toBe(
      '{"gone.field": [1, 2.0, {"a": 1180591620717411303424}], "source.port": 80.0, "__type": "Event"}',
    );
    expect(broken.unreadable.error.message).toContain("gone.field");
  });
});

describe("rowText", () => {
  it("gives the text itself when it has another form", () => {
    expect(rowText("5", 0)).toBe("5");
    expect(rowText("[[],[[0]]]", 0)).toBe("[0]");
  });
});

function isDamageOrSame(read: () => number): boolean {
  try {
    return read() === 2;
  } catch (error) {
    return recordDamaged.is(error);
  }
}
