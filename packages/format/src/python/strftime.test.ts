import { describe, expect, it } from "vitest";
import { type CalendarTime, localTime, strftime, timeText, utcTime } from "./strftime.ts";

const time: CalendarTime = { year: 2031, month: 2, day: 3, hour: 16, minute: 5, second: 6, microsecond: 70 };

describe("strftime", () => {
  it.each([
    ["%Y-%m-%d", "2031-02-03"],
    ["%H.%M", "16.05"],
    ["%a %A %b %B %h", "Mon Monday Feb February Feb"],
    ["%c", "Mon Feb  3 16:05:06 2031"],
    ["%x %X", "02/03/31 16:05:06"],
    ["%I %p %P %y %C", "04 PM pm 31 20"],
    ["%f", "000070"],
    ["%j %U %W %u %w", "034 05 05 1 1"],
    ["%G-W%V", "2031-W06"],
    ["%D %T %R %F %r", "02/03/31 16:05:06 16:05 2031-02-03 04:05:06 PM"],
    ["%e|%-d|%_m|%^b", " 3|3| 2|FEB"],
    ["100%% é %Q %", "100% é %Q %"],
    ["%z%Z", ""],
  ])("writes %s", (format, text) => {
    expect(strftime(time, format)).toBe(text);
  });

  it.each([
    [{ ...time, year: 2021, month: 1, day: 3 }, "2020-W53-7 01 00"],
    [{ ...time, year: 2024, month: 12, day: 31 }, "2025-W01-2 52 53"],
    [{ ...time, year: 2016, month: 1, day: 2 }, "2015-W53-6 00 00"],
  ])("counts weeks at the turn of the year", (day, text) => {
    expect(strftime(day, "%G-W%V-%u %U %W")).toBe(text);
  });

  it("writes zones", () => {
    expect(strftime({ ...time, utcOffset: 0 }, "%z %Z %s")).toBe("+0000 UTC 1927901106");
    expect(strftime({ ...time, utcOffset: -12600 }, "%z %Z")).toBe("-0330 UTC-03:30");
  });
});

describe("timeText", () => {
  it("writes a time as str(datetime) does", () => {
    expect(timeText(time)).toBe("2031-02-03 16:05:06.000070");
    expect(timeText({ ...time, microsecond: 0, utcOffset: 0 })).toBe("2031-02-03 16:05:06+00:00");
    expect(timeText({ ...time, year: 987, microsecond: 0 })).toBe("0987-02-03 16:05:06");
  });
});

describe("utcTime and localTime", () => {
  it("take a date apart", () => {
    const date = new Date(Date.UTC(2031, 1, 3, 16, 5, 6, 7));
    expect(timeText(utcTime(date))).toBe("2031-02-03 16:05:06.007000+00:00");
    expect(localTime(date)).toMatchObject({ minute: date.getMinutes(), microsecond: 7000 });
  });
});
