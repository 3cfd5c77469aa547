import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { createEvent } from "../message/create.ts";
import { exportJson, exportMap } from "./export.ts";
import { shapeOf } from "./shape.ts";
import { writeJson } from "./write-json.ts";

const fields = compileFields(defaultHarmonization, "event");
const names = ["source.ip", "comment", "extra.a", "extra.b", "feed.name", "status", "extra.source.x"];
const someNames = fc.shuffledSubarray(names);

function eventWith(keys: readonly string[]) {
  return createEvent(
    fields,
    keys.map((key) => [key, key === "source.ip" ? "192.0.2.1" : "x"]),
  );
}

describe("shapeOf", () => {
  it("gives the names sorted and quoted, whatever shapes came before", () => {
    fc.assert(
      fc.property(fc.array(someNames, { maxLength: 40 }), (events) => {
        for (const keys of events) {
          const { sorted, quoted } = shapeOf(eventWith(keys));
          expect(sorted).toEqual([...keys].sort());
          expect(quoted).toEqual(sorted.map((key) => `"${key}": `));
        }
      }),
    );
  });

  it("lets the export write what the object sorted by name would be", () => {
    fc.assert(
      fc.property(someNames, fc.boolean(), (keys, withType) => {
        const event = eventWith(keys);
        const text = exportJson(event, { withType });
        expect(text).toBe(writeJson(exportMap(event, { withType }), { ascii: false, sorted: true }));
      }),
    );
  });
});
