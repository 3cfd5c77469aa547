import { tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import taxonomy from "./taxonomy.ts";

const run = tryExpert(taxonomy, {});

describe("taxonomy", () => {
  it.each([
    ["spam", "abusive-content"],
    ["ddos", "availability"],
    ["phishing", "fraud"],
    ["data-leak", "information-content-security"],
    ["scanner", "information-gathering"],
    ["brute-force", "intrusion-attempts"],
    ["system-compromise", "intrusions"],
    ["c2-server", "malicious-code"],
    ["blacklist", "other"],
    ["test", "test"],
    ["vulnerable-system", "vulnerable"],
  ])("gives %s the taxonomy %s", async (type, expected) => {
    expect(await run({ "classification.type": type })).toEqual([
      { "classification.type": type, "classification.taxonomy": expected },
    ]);
  });

  it("calls an event without both undetermined", async () => {
    expect(await run({ "source.ip": "11.22.33.44" })).toEqual([
      { "source.ip": "11.22.33.44", "classification.taxonomy": "other", "classification.type": "undetermined" },
    ]);
  });

  it("keeps a taxonomy without type and adds the type", async () => {
    expect(await run({ "classification.taxonomy": "vulnerable" })).toEqual([
      { "classification.taxonomy": "vulnerable", "classification.type": "undetermined" },
    ]);
  });

  it("keeps both, even when they do not belong together", async () => {
    const event = { "classification.taxonomy": "fraud", "classification.type": "spam" };
    expect(await run(event)).toEqual([event]);
  });
});
