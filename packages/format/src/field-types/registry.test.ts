import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Base64Value } from "../values/base64-value.ts";
import { float } from "../values/json-value.ts";
import { fieldType, fieldTypeNames } from "./registry.ts";

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "AS1",
    "http://[",
    "1.2.3.4/",
    "fe80::%",
    "2031-05-",
    "א1",
    "=",
    "{",
    "hxxp://",
    "\ud800",
    "..",
    "1e400",
    "TLP:",
  ),
  fc.integer(),
  fc.double().map(float),
  fc.bigInt(),
  fc.boolean(),
  fc.uint8Array(),
  fc.constantFrom(null, undefined, Symbol("x"), () => 1, new Date(0), Object.create(null)),
  fc.array(fc.string()),
  fc.dictionary(fc.string(), fc.string()),
);

describe("fieldType", () => {
  it("knows the 21 types of the data format, and no others", () => {
    expect(fieldTypeNames()).toHaveLength(21);
    expect(fieldType("String")?.name).toBe("String");
    expect(fieldType("constructor")).toBeUndefined();
  });

  it.each(fieldTypeNames())("gives a %s type that never throws and cleans what it has cleaned to the same", (name) => {
    const type = fieldType(name);
    if (type === undefined) throw new Error(`no type ${name}`);
    fc.assert(
      fc.property(value, (given) => {
        type.isValid(given);
        const cleaned = type.sanitize(given);
        if (cleaned === undefined || !type.isValid(cleaned)) return;
        const again = type.sanitize(cleaned);
        if (cleaned instanceof Base64Value) expect(again).toBe(cleaned);
        else expect(again).toEqual(cleaned);
      }),
      { numRuns: 500 },
    );
  });

  it.each(fieldTypeNames())("%s cleans in one go as it does step by step", (name) => {
    const type = fieldType(name);
    const likely = fc.constantFrom(
      ...["0.0.0.0", "::", "::ffff:1.2.3.4", "1.2.3.4/32", " 2001:DB8::1%eth0 ", "4294967296", "file:///etc/passwd"],
      ...["file:x", "hxxp://a/", " http://ä.example/", "http:///", ".Example.COM.", "a..b", "ä.example", "1.2.3.4."],
      ...["2031-05-04T03:02:01+02:00", "2031-05-04T03:02:01+00:00", "4 May 2031", "9999-12-31T23:59:59-12:00"],
    );
    fc.assert(
      fc.property(fc.oneof(value, likely), (given) => {
        if (type?.clean === undefined) return;
        const cleaned = type.sanitize(given);
        expect(type.clean(given)).toEqual(cleaned !== undefined && type.isValid(cleaned) ? cleaned : undefined);
      }),
    );
  });
});
