import { describe, expect, it } from "vitest";
import { RestartPolicy } from "./restart-policy.ts";

describe("RestartPolicy", () => {
  it("doubles the pause up to five minutes", () => {
    const policy = new RestartPolicy();
    const pauses = Array.from({ length: 11 }, (_, i) => policy.failed(i * 1000));
    expect(pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(pauses.at(-1)).toBe(300_000);
  });

  it("starts over after five minutes without a failure", () => {
    const policy = new RestartPolicy();
    policy.failed(0);
    policy.failed(1000);
    expect(policy.failed(400_000)).toBe(1000);
  });
});
