import { describe, expect, it } from "vitest";
import { compileTimeTemplate } from "./time-template.ts";

const now = new Date(2031, 2, 9, 5, 6, 7).getTime(); // local time

describe("compileTimeTemplate", () => {
  it("leaves the text alone when formatting is off", () => {
    expect(compileTimeTemplate("{a}{{", false)(now)).toBe("{a}{{");
  });

  it("puts in the local time, any number of times, and takes doubled braces as braces", () => {
    const template = compileTimeTemplate("/{time[%Y/%m]}/{{x}}/{time[%H:%M:%S]}", true);
    expect(template(now)).toBe("/2031/03/{x}/05:06:07");
  });

  it.each([
    [{ days: -1 }, "2031-03-08 05:06:07"],
    [{ weeks: 1, hours: -6, minutes: 54, seconds: 1.5 }, "2031-03-16 00:00:08"],
    [{ milliseconds: 1000, microseconds: 1_000_000 }, "2031-03-09 05:06:09"],
  ])("moves the time by %j", (formatting, text) => {
    expect(compileTimeTemplate("{time[%Y-%m-%d %H:%M:%S]}", formatting)(now)).toBe(text);
  });

  it.each([
    ["{tim[%Y]}", true, "possibly misspelt"],
    ["{0}", true, "needs a name"],
    ["{}", true, "needs a name"],
    ["{time}", true, "needs one format"],
    ["{time[%Y]", true, "not closed"],
    ["{time[%Y].year}", true, "no attributes"],
    ["{time[%Y]}", { years: 1 }, 'no unit "years"'],
    ["{time[%Y]}", { days: "1" }, "no number"],
  ])("refuses %s with %j", (template, formatting, problem) => {
    expect(() => compileTimeTemplate(template, formatting)(now)).toThrow(problem);
  });
});
