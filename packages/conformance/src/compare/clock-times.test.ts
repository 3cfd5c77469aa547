import { describe, expect, it } from "vitest";
import { equalButForLaterTimes, isLaterEpochTime } from "./clock-times.ts";

describe("equalButForLaterTimes", () => {
  it("allows a time that is up to five seconds later", () => {
    expect(equalButForLaterTimes("2031-05-06T07:08:09+00:00", "2031-05-06T07:08:14+00:00")).toBe(true);
    expect(equalButForLaterTimes("at 2031-05-06 07:08:09.", "at 2031-05-06 07:08:10.")).toBe(true);
  });

  it("allows it over midnight", () => {
    expect(equalButForLaterTimes("2031-05-06T23:59:59+00:00", "2031-05-07T00:00:01+00:00")).toBe(true);
  });

  it.each([
    ["earlier", "2031-05-06T07:08:09", "2031-05-06T07:08:08"],
    ["too late", "2031-05-06T07:08:09", "2031-05-06T07:08:15"],
    ["of another form", "2031-05-06T07:08:09", "2031-05-06 07:08:09"],
    ["among other words", "a 2031-05-06T07:08:09", "b 2031-05-06T07:08:09"],
    ["absent", "text", "text"],
  ])("does not allow a time that is %s", (_, expected, observed) => {
    expect(equalButForLaterTimes(expected, observed)).toBe(false);
  });
});

describe("isLaterEpochTime", () => {
  it("allows five seconds, for numbers of the size of times", () => {
    expect(isLaterEpochTime(1_935_910_089, 1_935_910_094)).toBe(true);
    expect(isLaterEpochTime(1_935_910_089, 1_935_910_095)).toBe(false);
    expect(isLaterEpochTime(80, 81)).toBe(false);
  });
});
