import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultHarmonization } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHarmonizationText, readHarmonizationFile } from "./harmonization-file.ts";

const standard = JSON.stringify(
  { event: Object.fromEntries(defaultHarmonization.event), report: Object.fromEntries(defaultHarmonization.report) },
  null,
  4,
);

describe("readHarmonizationFile", () => {
  it("gives the standard fields when there is no file", async () => {
    const { fields, findings, source } = await readHarmonizationFile("/nonexistent/harmonization.conf");
    expect(fields.event.lookup("source.ip")?.definition.type).toBe("IPAddress");
    expect(findings).toEqual([]);
    expect(source).toBe("");
  });

  it("reads fields of one's own", async () => {
    const directory = mkdtempSync(join(tmpdir(), "weir-harmonization-"));
    const file = join(directory, "harmonization.conf");
    try {
      writeFileSync(
        file,
        standard.replace('"event": {', '"event": {"my.field": {"type": "Integer", "description": "Mine."},'),
      );
      const { fields, findings } = await readHarmonizationFile(file);
      expect(findings).toEqual([]);
      expect(fields.event.lookup("my.field")?.definition).toMatchObject({ type: "Integer", description: "Mine." });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("says when the file cannot be read", async () => {
    const { findings } = await readHarmonizationFile("/proc");
    expect(findings).toMatchObject([{ level: "error", code: "unreadable", line: 0 }]);
  });
});

describe("parseHarmonizationText", () => {
  it("finds nothing wrong with the standard fields", () => {
    expect(parseHarmonizationText(standard, "f").findings).toEqual([]);
  });

  it("has fields or says what is wrong, for any damage", () => {
    const mutation = fc.record({
      at: fc.nat(standard.length - 1),
      remove: fc.nat(60),
      insert: fc.string({ maxLength: 6 }),
    });
    const text = fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.json(),
      mutation.map(({ at, remove, insert }) => standard.slice(0, at) + insert + standard.slice(at + remove)),
    );
    fc.assert(
      fc.property(text, (damaged) => {
        const { fields, findings } = parseHarmonizationText(damaged, "f");
        expect(fields.event.lookup("raw") !== undefined || findings.length > 0).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
