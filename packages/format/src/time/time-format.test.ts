import { describe, expect, it } from "vitest";
import { convertTime, parseTimeFormat } from "./time-format.ts";

describe("parseTimeFormat", () => {
  it.each([null, undefined, "", "fuzzy"])("takes %o as fuzzy", (text) => {
    expect(parseTimeFormat(text).convert("May 6 2031")).toBe("2031-05-06T00:00:00+00:00");
  });

  it("loses what stands behind a second bar", () => {
    expect(parseTimeFormat("from_format|%Y|%m").format).toBe("%Y");
  });

  it.each(["from_format", "from_format|", "from_format_midnight", "timestamp|%Y", "Timestamp", "unix"])(
    "refuses %s, naming the parameter",
    (text) => {
      expect(() => parseTimeFormat(text)).toThrow(/time_format/);
    },
  );

  it("refuses directives that strptime does not know before any value comes", () => {
    expect(() => parseTimeFormat("from_format|%Y-%Q")).toThrow(/%Q/);
  });
});

describe("convertTime", () => {
  it("takes everything behind the first bar as the format", () => {
    expect(convertTime("06.05.2031 07|08", "from_format|%d.%m.%Y %H|%M")).toBe("2031-05-06T07:08:00+00:00");
  });

  it("takes null as fuzzy, and no empty name", () => {
    expect(convertTime("May 6 2031", null)).toBe("2031-05-06T00:00:00+00:00");
    expect(() => convertTime("May 6 2031", "")).toThrow(/time_format/);
  });

  it("fills missing parts of the date from the day that is given", () => {
    expect(convertTime("07:08", "fuzzy", { year: 2031, month: 5, day: 6 })).toBe("2031-05-06T07:08:00+00:00");
  });
});
