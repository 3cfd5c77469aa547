import { beforeEach, describe, expect, it } from "vitest";
import { type FakeClock, fakeClock } from "../testing/fakes.ts";
import { lookInterval, SilenceWatch, silenceText } from "./silence-watch.ts";

const minute = 60_000;
let clock: FakeClock;
let told: string[];
let watch: SilenceWatch;
beforeEach(() => {
  clock = fakeClock();
  told = [];
  watch = new SilenceWatch(clock, ({ level, message }) => told.push(`${level} ${message}`));
});
const look = (lastSent?: number, silentAfter = 3600): void => watch.look([{ id: "feed", silentAfter, lastSent }]);

describe("SilenceWatch", () => {
  it("tells when a silence begins and when it ends, once each", () => {
    const start = clock.now();
    look();
    clock.advance(10 * minute);
    const report = clock.now();
    look(report);
    clock.advance(59 * minute);
    look(report);
    expect(watch.of("feed")).toBeUndefined();
    expect(told).toEqual([]);
    clock.advance(minute);
    look(report);
    expect(watch.of("feed")).toEqual({ since: start + 10 * minute, expectedEvery: 3600 });
    clock.advance(30 * minute);
    look(report);
    expect(told).toEqual([
      `WARNING feed is ${silenceText({ since: report, expectedEvery: 3600 })} (weir: silent_after).`,
    ]);
    look(clock.now());
    expect(watch.of("feed")).toBeUndefined();
    expect(told.slice(1)).toEqual(["INFO feed delivers again, after 1h 30m without a report."]);
  });

  it("counts from the start when nothing came since, and not while the collector is stopped", () => {
    look();
    clock.advance(60 * minute);
    look();
    expect(watch.of("feed")).toBeDefined();
    watch.look([]);
    expect(watch.of("feed")).toBeUndefined();
    clock.advance(60 * minute);
    look();
    expect(watch.of("feed")).toBeUndefined();
    expect(told).toHaveLength(1);
  });

  it("remembers the last report of a collector whose worker was started anew", () => {
    look(clock.now());
    clock.advance(40 * minute);
    look();
    clock.advance(20 * minute);
    look();
    expect(watch.of("feed")?.since).toBe(clock.now() - 60 * minute);
  });

  it("leaves collectors alone for which any time is fine", () => {
    look(undefined, 0);
    clock.advance(1e9);
    look(undefined, 0);
    expect(told).toEqual([]);
  });
});

describe("silenceText", () => {
  it("says since when, and what was expected", () => {
    expect(silenceText({ since: clock.now(), expectedEvery: 5400 })).toMatch(
      /^silent since 203\d-\d\d-\d\d \d\d:\d\d:00, expected every 1h 30m$/,
    );
  });
});

describe("lookInterval", () => {
  it("is a quarter of the shortest time, within bounds", () => {
    expect(lookInterval([])).toBeUndefined();
    expect(lookInterval([0])).toBeUndefined();
    expect(lookInterval([7200, 1])).toBe(500);
    expect(lookInterval([100, 0])).toBe(25_000);
    expect(lookInterval([86_400])).toBe(60_000);
  });
});
