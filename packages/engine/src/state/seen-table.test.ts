import { describe, expect, it } from "vitest";
import { never, SeenSegments } from "./seen-segments.ts";

/** A fingerprint that differs for each number. */
function words(number: number): [number, number, number] {
  return [Math.imul(number, 2654435761) >>> 0, number, Math.imul(number, 40503) >>> 0];
}

describe("SeenSegments", () => {
  it("finds every entry among many, and none that was not added", () => {
    const segments = new SeenSegments();
    const count = 300_000;
    for (let number = 0; number < count; number++) segments.add(...words(number), never, 1);
    expect(segments.size).toBe(count);
    for (let number = 0; number < count; number += 7) expect(segments.has(...words(number), 1)).toBe(true);
    for (let number = count; number < count + 10_000; number++) expect(segments.has(...words(number), 1)).toBe(false);
  });

  it("takes back the newest entry without losing one that stands behind it", () => {
    const segments = new SeenSegments();
    const same = (number: number): [number, number, number] => [5, number, 0]; // all want the same slot
    for (let number = 0; number < 50; number++) segments.add(...same(number), never, 1);
    segments.savepoint();
    segments.add(...same(50), never, 1);
    segments.rollback();
    expect(segments.has(...same(50), 1)).toBe(false);
    for (let number = 0; number < 50; number++) expect(segments.has(...same(number), 1)).toBe(true);
  });

  it("gives memory back when entries expire, and does not grow with what is long gone", () => {
    const segments = new SeenSegments();
    for (let day = 0; day < 200; day++) {
      for (let number = 0; number < 2000; number++)
        segments.add(...words(day * 2000 + number), (day + 1) * 86_400, day * 86_400);
    }
    expect(segments.bytes).toBeLessThan(16 * 20_000);
    segments.tidy(1e9);
    expect(segments.bytes).toBe(0);
  });

  it("joins small segments and loses nothing, whatever was taken back before", () => {
    const segments = new SeenSegments();
    for (let unit = 0; unit < 100; unit++) {
      for (let number = 0; number < 1000; number++) {
        segments.savepoint();
        segments.add(...words(unit * 1000 + number), never, 1);
        if (number % 10 === 0) segments.rollback();
      }
      segments.tidy(1);
    }
    expect(segments.size).toBe(90_000);
    expect(segments.bytes).toBeLessThan(16 * (1 << 19));
    for (let number = 0; number < 100_000; number++) {
      expect(segments.has(...words(number), 1)).toBe(number % 10 !== 0);
    }
  });

  it("needs twenty bytes for an entry, and one segment to spare", () => {
    const segments = new SeenSegments();
    for (let number = 0; number < 2_000_000; number++) segments.add(...words(number), never, 1);
    expect(segments.bytes).toBeLessThan(segments.size * 20 + (18 << 20));
  });
});
