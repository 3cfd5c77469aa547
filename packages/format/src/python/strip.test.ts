import { describe, expect, it } from "vitest";
import { isSpace, splitWhitespace, strip, stripLeft, stripRight } from "./strip.ts";

const spaces =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

describe("isSpace", () => {
  it("knows exactly the white space of Python's text methods", () => {
    const found: string[] = [];
    for (let code = 0; code <= 0xffff; code++) if (isSpace(code)) found.push(String.fromCharCode(code));
    expect(found.join("")).toBe(spaces);
  });
});

describe("strip", () => {
  it("removes all white space at both ends and none inside", () => {
    expect(strip(`${spaces}a b${spaces}`)).toBe("a b");
    expect(strip(spaces)).toBe("");
    expect(strip("")).toBe("");
  });

  it("keeps a byte order mark and a zero-width space", () => {
    expect(strip("\ufeffa\u200b")).toBe("\ufeffa\u200b");
  });

  it("removes the given characters instead, whole ones only", () => {
    expect(strip("..a.b..", ".")).toBe("a.b");
    expect(strip(" a ", ".")).toBe(" a ");
    expect(strip("😀a😀", "😀")).toBe("a");
    expect(strip("\ude00a\ud83d", "😀")).toBe("\ude00a\ud83d");
    expect(strip("aaa", "a")).toBe("");
  });

  it("works on one side alone", () => {
    expect(stripLeft(" a ")).toBe("a ");
    expect(stripRight(" a ")).toBe(" a");
    expect(stripLeft("xya", "yx")).toBe("a");
    expect(stripRight("ayx", "yx")).toBe("a");
  });
});

describe("splitWhitespace", () => {
  it("gives the parts between runs of white space and no empty ones", () => {
    expect(splitWhitespace(" a\t\x1cb\u3000c ")).toEqual(["a", "b", "c"]);
    expect(splitWhitespace(spaces)).toEqual([]);
    expect(splitWhitespace("a")).toEqual(["a"]);
  });
});
