import { performance } from "node:perf_hooks";
import { beforeEach, expect, it, vi } from "vitest";
import { LoadMeter } from "./load-meter.ts";

let now: number;
let idle: number;
let active: number;
beforeEach(() => {
  now = 0;
  idle = 0;
  active = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.spyOn(performance, "eventLoopUtilization").mockImplementation((from, before) => {
    const since = {
      idle: (from?.idle ?? idle) - (before?.idle ?? 0),
      active: (from?.active ?? active) - (before?.active ?? 0),
    };
    return { ...since, utilization: since.active / (since.active + since.idle) };
  });
  return () => vi.restoreAllMocks();
});

/** So much time goes by, of which the thread works a part. */
function work(milliseconds: number, share: number): void {
  now += milliseconds;
  active += milliseconds * share;
  idle += milliseconds * (1 - share);
}

it("is high when the thread was busy nearly all of the time, for a second at least", () => {
  const meter = new LoadMeter();
  work(999, 1);
  expect(meter.isHigh()).toBe(false);
  work(1, 1);
  expect(meter.isHigh()).toBe(true);
});

it("is not high when the thread had time left", () => {
  const meter = new LoadMeter();
  work(1000, 0.7);
  expect(meter.isHigh()).toBe(false);
});

it("looks at the time since it was asked last only", () => {
  const meter = new LoadMeter();
  work(10_000, 0.1);
  expect(meter.isHigh()).toBe(false);
  work(1000, 0.8);
  expect(meter.isHigh()).toBe(true);
  expect(meter.isHigh()).toBe(false); // once a second at most
  work(1000, 0.2);
  expect(meter.isHigh()).toBe(false);
});
