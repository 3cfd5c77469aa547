import { describe, expect, it } from "vitest";
import { parseJson } from "../wire/parse-json.ts";
import { compileFields } from "./field-table.ts";
import { parseHarmonization } from "./harmonization.ts";

/** The findings for a field of events, as `level path: message`. */
function findingsOf(field: string): readonly string[] {
  return all(`{"report": {}, "event": {${field}}}`);
}

function all(text: string): readonly string[] {
  const { findings } = parseHarmonization(parseJson(text));
  return findings.map(({ level, path, message }) => `${level} ${path.join("/")}: ${message}`);
}

describe("parseHarmonization", () => {
  it("reads fields with their constraints", () => {
    const text = `{"event": {"own.code": {"description": "d", "type": "String", "length": 3, "regex": "^x", "iregex": "Y$"}},
                   "report": {"raw": {"description": "r", "type": "Base64"}}}`;
    const { harmonization, findings } = parseHarmonization(parseJson(text));
    expect(findings).toEqual([]);
    expect(harmonization.event.get("own.code")).toEqual({
      type: "String",
      description: "d",
      length: 3,
      regex: "^x",
      iregex: "Y$",
    });
    expect([...harmonization.report.keys()]).toEqual(["raw"]);
  });

  it.each([
    ["[]", 'error : it has to be an object with the members "event" and "report"'],
    ['{"event": {}}', 'error : the section "report" is missing'],
    ['{"event": [], "report": {}}', 'error event: the section "event" has to be an object of fields'],
    ['{"event": {}, "report": {}, "evnt": {}}', 'warning evnt: there is no message type "evnt"; it is ignored'],
  ])("says what is wrong with %s", (text, finding) => {
    expect(all(text)).toEqual([finding]);
  });

  it.each([
    ['"Own": {"type": "String", "description": ""}', 'error event/Own: "Own" is no name of a field'],
    ['"own": 5', "error event/own: a field has to be an object with a type"],
    ['"own": {"description": ""}', "error event/own: the type is missing"],
    ['"own": {"type": 5, "description": ""}', "error event/own/type: type has to be a text"],
    ['"own": {"type": "ip_address", "description": ""}', 'no field type "ip_address"; did you mean "IPAddress"?'],
    ['"own": {"type": "Colour", "description": ""}', 'no field type "Colour"; the types are Accuracy, ASN'],
    ['"own": {"type": "String"}', "warning event/own: the description is missing"],
    ['"own": {"type": "String", "description": "", "length": "5"}', "length has to be a whole number"],
    ['"own": {"type": "String", "description": "", "length": -1}', "length has to be a whole number"],
    ['"own": {"type": "String", "description": "", "regex": "(("}', "error event/own/regex: Regular expression"],
    ['"own": {"type": "String", "description": "", "iregex": 1}', "error event/own/iregex: iregex has to be a text"],
    ['"extra": {"type": "JSON", "description": ""}', "warning event/extra/type: extra has to be a JSONDict"],
  ])("says what is wrong with the field %s", (field, finding) => {
    const findings = findingsOf(field);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(finding);
  });

  it("leaves out fields that it cannot understand, and constraints that it cannot, and keeps the rest", () => {
    const text = `{"report": {}, "event": {"bad": {}, "own": {"type": "String", "description": "", "regex": "(("}}}`;
    const { harmonization } = parseHarmonization(parseJson(text));
    expect([...harmonization.event]).toEqual([["own", { type: "String", description: "" }]]);
  });

  it("takes extra of the type JSON for a JSONDict", () => {
    const text = `{"report": {}, "event": {"extra": {"type": "JSON", "description": ""}}}`;
    const table = compileFields(parseHarmonization(parseJson(text)).harmonization, "event");
    expect(table.lookup("extra.a")?.isItem).toBe(true);
  });
});
