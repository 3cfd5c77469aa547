import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invalidArgument } from "../errors/kinds.ts";
import { strftime } from "./strftime.ts";
import { strptime } from "./strptime.ts";

function read(text: string, format: string): string | undefined {
  const time = strptime(text, format);
  if (time === undefined) return undefined;
  const { year, month, day, hour, minute, second, microsecond, offset } = time;
  const date = [year, month, day].map((part) => String(part).padStart(2, "0")).join("-");
  const clock = [hour, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
  return `${date} ${clock}${microsecond === 0 ? "" : `.${microsecond}`}${offset === undefined ? "" : ` ${offset}`}`;
}

describe("strptime", () => {
  it.each([
    ["2031-05-06 07:08:09", "%Y-%m-%d %H:%M:%S", "2031-05-06 07:08:09"],
    ["6/5/31", "%d/%m/%y", "2031-05-06 00:00:00"],
    ["6/5/69", "%d/%m/%y", "1969-05-06 00:00:00"],
    ["6/5/68", "%d/%m/%y", "2068-05-06 00:00:00"],
    ["20310506070809", "%Y%m%d%H%M%S", "2031-05-06 07:08:09"],
    ["2031126", "%Y%j", "2031-05-06 00:00:00"],
    ["07:08:09.5", "%H:%M:%S.%f", "1900-01-01 07:08:09.500000"],
    ["12 am", "%I %p", "1900-01-01 00:00:00"],
    ["12 PM", "%I %p", "1900-01-01 12:00:00"],
    ["7 pm", "%I %p", "1900-01-01 19:00:00"],
    ["12", "%I", "1900-01-01 00:00:00"],
    ["TUESDAY, may 06 2031", "%A, %B %d %Y", "2031-05-06 00:00:00"],
    ["Mon Sep 6 2031", "%a %b %d %Y", "2031-09-06 00:00:00"],
    ["Tue May  6 07:08:09 2031", "%c", "2031-05-06 07:08:09"],
    ["05/06/31 07:08:09", "%x %X", "2031-05-06 07:08:09"],
    ["19 2 2031", "%W %w %Y", "2031-05-13 00:00:00"],
    ["19 2 2031", "%U %w %Y", "2031-05-13 00:00:00"],
    ["0 1 2031", "%W %u %Y", "2030-12-30 00:00:00"],
    ["2031 19 2", "%G %V %u", "2031-05-06 00:00:00"],
    ["2020 53 5", "%G %V %u", "2021-01-01 00:00:00"],
    ["100%", "%d0%%", "1900-01-10 00:00:00"],
    ["\t 2031\n", " %Y ", "2031-01-01 00:00:00"],
    ["  6", " %d", "1900-01-06 00:00:00"],
    ["２０３１", "%Y", "2031-01-01 00:00:00"],
  ])("reads %j by %j", (text, format, expected) => {
    expect(read(text, format)).toBe(expected);
  });

  it.each([
    ["+0200", 7200],
    ["-02:30", -9000],
    ["+02:30:15", 9015],
    ["+023015", 9015],
    ["Z", 0],
  ])("reads the offset %s", (text, seconds) => {
    expect(strptime(text, "%z")?.offset).toBe(seconds);
  });

  it.each([
    ["", "%Y"],
    ["31", "%Y"],
    ["2031-05-06 ", "%Y-%m-%d"],
    ["2031-02-29", "%Y-%m-%d"],
    ["29 Feb", "%d %b"],
    ["2031-13", "%Y-%m"],
    ["07:08:60", "%H:%M:%S"],
    ["24:00", "%H:%M"],
    ["0.1234567", "%S.%f"],
    ["13 pm", "%I %p"],
    ["2021 53 1", "%G %V %u"],
    ["+02:3015", "%z"],
    ["z", "%z"],
    ["EST", "%Z"],
    ["2031x05", "%Y-%m"],
    ["2031", "%Y "],
  ])("finds no time in %j by %j", (text, format) => {
    expect(strptime(text, format)).toBeUndefined();
  });

  it.each(["%q", "%e", "%s", "%", "%Y %Y", "%c %H", "%G", "%V %Y %u", "%G %V", "%G %V %u %j"])(
    "refuses the format %j",
    (format) => {
      expect(() => strptime("x", format)).toThrow();
      try {
        strptime("x", format);
      } catch (error) {
        expect(invalidArgument.is(error)).toBe(true);
      }
    },
  );

  it("reads what strftime writes", () => {
    const time = fc.record({
      year: fc.integer({ min: 1000, max: 9999 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      second: fc.integer({ min: 0, max: 59 }),
      microsecond: fc.integer({ min: 0, max: 999_999 }),
    });
    const formats = ["%Y-%m-%d %H:%M:%S.%f", "%A %d %B %Y %I:%M:%S.%f %p", "%Y%j%H%M%S%f", "%G-%V-%u %H:%M:%S.%f"];
    fc.assert(
      fc.property(time, fc.constantFrom(...formats), (value, format) => {
        expect(strptime(strftime(value, format), format)).toEqual({ ...value, offset: undefined });
      }),
    );
  });

  it("gives up soon on text that could be split in very many ways", () => {
    const format = "%d%m%y%H%M%S%f%j%U%wx";
    expect(strptime("1".repeat(1000), format)).toBeUndefined();
    expect(strptime(" ".repeat(1000), " %d ")).toBeUndefined();
  });
});
