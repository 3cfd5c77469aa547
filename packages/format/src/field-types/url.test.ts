import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainNameOfUrl, splitUrl, urlType } from "./url.ts";

describe("urlType", () => {
  it.each([
    "http://example.com",
    "HTTP://EXAMPLE.com",
    "//example.com/x",
    "http://a b/",
    "http://u:p@h:99999/x",
    "http://[::1]/",
    "http://[fe80::1%25eth0]:80/",
    "ht\ntp://example.org/",
    "\u0001http://a",
    "data://x",
    "http://bücher.example/",
  ])("accepts %j", (text) => {
    expect(urlType.isValid(text)).toBe(true);
  });

  it.each([
    "",
    "example.com",
    "http://",
    "http:///x",
    "http://?x",
    "http:/x",
    "http:x",
    "mailto:a@b",
    "file:///x",
    " http://a",
    "\nhttp://a",
    "://a",
    "1http://a",
    "h t://a",
    "http://\t/",
    "http://[::1",
    "http://::1]/",
    "http://[x]/",
    "http://[10.0.0.1]/",
    "http://a[::1]/",
    "http://[::1]a/",
    "http://ex\u2100mple.com",
    5,
    null,
  ])("refuses %o", (value) => {
    expect(urlType.isValid(value)).toBe(false);
  });

  it.each([
    [" http://a\n", "http://a"],
    ["hxxp://example.org/?u=hxxps://b", "http://example.org/?u=https://b"],
    ["hXXp://example.org", "hXXp://example.org"],
    ["FILE:///var", "file://localhost/var"],
    ["file:var?q#f", "file://localhost/var?q#f"],
    ["file:", "file://localhost"],
    ["file://localhost/x", "file://localhost/x"],
    ["FILE://host/x", "FILE://host/x"],
    [new TextEncoder().encode("http://a"), "http://a"],
  ])("cleans %o", (value, expected) => {
    expect(urlType.sanitize(value)).toBe(expected);
  });

  it.each(["", "see hxxp://a", "hxxp:\\\\a", "mailto:a@b", "http://[x/", "http://example.org\uff0fpath/", 1, {}, null])(
    "makes nothing of %o",
    (value) => {
      expect(urlType.sanitize(value)).toBeUndefined();
    },
  );

  it("judges by the quick look as by taking apart", () => {
    const parts = fc.constantFrom("http", ":", "//", "/", "?", "#", "[", "]", "::1", "@", "a.b", " ", "\t", "ü", "1");
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 9 }), (list) => {
        const text = list.join("");
        const first = text.charCodeAt(0);
        const expected = first !== 32 && first !== 9 && (splitUrl(text)?.authority ?? "") !== "";
        expect(urlType.isValid(text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("splitUrl", () => {
  it("takes all parts apart", () => {
    expect(splitUrl("HTTPS://user:pa:ss@Example.ORG:8080/a;b/c?d=e?f#g#h")).toEqual({
      scheme: "https",
      authority: "user:pa:ss@Example.ORG:8080",
      user: "user",
      password: "pa:ss",
      host: "example.org",
      port: "8080",
      path: "/a;b/c",
      query: "d=e?f",
      fragment: "g#h",
    });
  });

  it("leaves parts that are not there empty", () => {
    expect(splitUrl("x")).toEqual({
      scheme: "",
      authority: "",
      user: "",
      password: "",
      host: "",
      port: "",
      path: "x",
      query: "",
      fragment: "",
    });
    expect(splitUrl("http://a#b?c")).toMatchObject({ path: "", query: "", fragment: "b?c" });
    expect(splitUrl("mailto:a@b")).toMatchObject({ scheme: "mailto", authority: "", path: "a@b" });
  });

  it("takes an address out of its brackets", () => {
    expect(splitUrl("http://u@[2001:DB8::1]:81/")).toMatchObject({ user: "u", host: "2001:db8::1", port: "81" });
  });

  it("does not see tabs, line ends and what stands in front", () => {
    expect(splitUrl(" \u0000ht\ttp://exa\nmple.org/")).toMatchObject({ scheme: "http", host: "example.org" });
  });
});

describe("domainNameOfUrl", () => {
  it.each([
    ["http://EXAMPLE.org:80/x", "EXAMPLE.org:80"],
    ["http://198.51.100.7/x", undefined],
    ["mailto:a@example.org", undefined],
    ["http://[x/", undefined],
    ["", undefined],
  ])("gives for %j %j", (url, name) => {
    expect(domainNameOfUrl(url)).toBe(name);
  });
});
