import { createEvent } from "@weir/format";
import { describe, expect, it } from "vitest";
import { defaultFields } from "../testing/default-fields.ts";
import { fieldChanges } from "./field-changes.ts";

const event = (fields: Readonly<Record<string, unknown>>) => createEvent(defaultFields().event, Object.entries(fields));

describe("fieldChanges", () => {
  it("tells what was added, changed and removed, as text", () => {
    const before = event({ "source.ip": "192.0.2.1", "source.port": 80, comment: "a", "extra.n": 1 });
    const after = event({ "source.ip": "192.0.2.1", "source.port": 443, "extra.n": 1, "source.tor_node": true });
    expect(fieldChanges(before, after)).toEqual([
      { kind: "changed", field: "source.port", before: "80", after: "443" },
      { kind: "removed", field: "comment", before: "a" },
      { kind: "added", field: "source.tor_node", after: "True" },
    ]);
  });

  it("tells nothing of an event that stayed as it was", () => {
    const one = event({ "source.ip": "192.0.2.1" });
    expect(fieldChanges(one, one.clone())).toEqual([]);
  });
});
