import { describe, expect, it } from "vitest";
import { memoryCache } from "./cache.ts";

describe("memoryCache", () => {
  it("gives a value until its time is over", () => {
    let time = 0;
    const cache = memoryCache({ now: () => time });
    cache.set("name", "192.0.2.1", 10);
    time = 9_999;
    expect(cache.get("name")).toBe("192.0.2.1");
    time = 10_000;
    expect(cache.get("name")).toBeUndefined();
  });

  it("forgets what was used longest ago when it is full", () => {
    const cache = memoryCache({ now: () => 0 }, 1000);
    for (const key of ["a", "b", "c", "d"]) cache.set(key, "x".repeat(60), 60);
    expect(cache.get("a")).toBe("x".repeat(60));
    for (const key of ["e", "f"]) cache.set(key, "x".repeat(60), 60);
    expect(["a", "b", "f"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  });

  it("keeps nothing that is larger than itself, and stays in bounds however often a key is set", () => {
    const cache = memoryCache({ now: () => 0 }, 1000);
    cache.set("large", "x".repeat(2000), 60);
    expect(cache.get("large")).toBeUndefined();
    for (let round = 0; round < 100; round++) cache.set("a", "x".repeat(300), 60);
    expect(cache.get("a")).toBe("x".repeat(300));
  });
});
