import { describe, expect, it } from "vitest";
import { fqdnType } from "./fqdn.ts";

describe("fqdnType", () => {
  it.each([
    "localhost",
    "a_b.example",
    "*.example.com",
    "user@example.com",
    "[10.0.0.1]",
    "1.2.3",
    "0.0.0.0",
    "ex ample.com",
    "xn--mnchen-3ya.de",
    `${"a".repeat(63)}.example`,
    " mail.example.org\n",
  ])("accepts %j", (text) => {
    expect(fqdnType.isValid(text)).toBe(true);
  });

  it.each([
    "",
    ".",
    "example.com.",
    ".example.com",
    "Example.com",
    "münchen.de",
    "192.0.2.1",
    "::1",
    "example.com:80",
    "a/b",
    "a?b",
    "a#b",
    "example..com",
    `${"a".repeat(64)}.example`,
    5,
    null,
  ])("refuses %o", (value) => {
    expect(fqdnType.isValid(value)).toBe(false);
  });

  it.each([
    [" .Example.COM.\n", "example.com"],
    ["München.de", "xn--mnchen-3ya.de"],
    ["faß.de", "fass.de"],
    ["ﬁ.com", "fi.com"],
    ["例え。テスト", "xn--r8jz45g.xn--zckzah"],
    ["10.0.0.1:8080", "10.0.0.1:8080"],
    [1, "1"],
    [["x", 2], "['x', 2]"],
    [new TextEncoder().encode("bücher.example"), "xn--bcher-kva.example"],
  ])("cleans %o", (value, expected) => {
    expect(fqdnType.sanitize(value)).toBe(expected);
  });

  it.each(["", " ", "...", "example..com", "a".repeat(64), `${"ü".repeat(60)}.example`, "א1.example", null, 0, []])(
    "makes nothing of %o",
    (value) => {
      expect(fqdnType.sanitize(value)).toBeUndefined();
    },
  );
});
