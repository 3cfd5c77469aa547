import { describe, expect, it } from "vitest";
import { FreeSpace } from "./free-space.ts";

describe("FreeSpace", () => {
  it("is low below the reserve, none below a quarter of it, and enough again a tenth above it", () => {
    let room = 1000;
    let now = 0;
    const space = new FreeSpace(() => room, 100);
    const at = (bytes: number): string => {
      room = bytes;
      now += 10_000;
      return space.level(now);
    };
    expect([1000, 100, 99, 25, 24, 99, 105, 111, 100].map(at)).toEqual([
      "enough",
      "enough",
      "low",
      "low",
      "none",
      "low",
      "low",
      "enough",
      "enough",
    ]);
  });

  it("does not look at every call, but sooner when there is little, and when much was written", () => {
    let looks = 0;
    let room = 10_000;
    const space = new FreeSpace(() => {
      looks += 1;
      return room;
    }, 100);
    for (let now = 0; now < 2000; now += 10) space.level(now);
    expect(looks).toBe(1);
    space.used(3000);
    room = 50;
    expect(space.level(2000 - 1)).toBe("low");
    expect(looks).toBe(2);
    for (let now = 2000; now < 3000; now += 10) space.level(now);
    expect(looks).toBeGreaterThan(4);
  });
});
