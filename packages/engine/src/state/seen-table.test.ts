import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { never } from "./packed-seen.ts";
import { SeenTable } from "./seen-table.ts";

type Words = [a: number, b: number, c: number];

function words(number: number): Words {
  const digest = createHash("sha256").update(String(number)).digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4), digest.readUInt32BE(8)];
}

describe("SeenTable", () => {
  it("has every entry among many, and none that was not added", () => {
    const table = new SeenTable();
    const count = 100_000;
    for (let number = 0; number < count; number++) expect(table.add(...words(number), never, 1)).toBe(true);
    for (let number = 0; number < count; number += 7) expect(table.add(...words(number), never, 1)).toBe(false);
    for (let number = count; number < count + 10_000; number++) {
      expect(table.add(...words(number), never, 1)).toBe(true);
    }
  });

  it("is, over any additions, removals and time, what a plain map would be", () => {
    // few shards and few homes, so that entries stand in each other's way
    const crowded = (number: number): Words => [(number & 1) << 24, (number >> 3) * 0x1000_0000, number];
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ add: fc.nat(120), ttl: fc.constantFrom(1, 5, 50, never) }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.nat(120) }) },
      { weight: 1, arbitrary: fc.record({ pass: fc.nat(20) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 600 }), fc.nat(20_000), (steps, expected) => {
        const table = new SeenTable(expected);
        const model = new Map<number, number>();
        let now = 100;
        for (const step of steps) {
          if ("add" in step) {
            const expires = step.ttl === never ? never : now + step.ttl;
            const isNew = (model.get(step.add) ?? 0) <= now;
            expect(table.add(...crowded(step.add), expires, now)).toBe(isNew);
            if (isNew) model.set(step.add, expires);
          } else if ("remove" in step) {
            table.remove(...crowded(step.remove), now);
            model.delete(step.remove);
          } else {
            now += step.pass;
            for (let call = 0; call < 256; call++) table.tidy(now);
          }
        }
        for (const [number, expires] of model) {
          expect(table.add(...crowded(number), never, now)).toBe(expires <= now);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("does not grow with what is long gone, and gives its memory back when all is", () => {
    const table = new SeenTable();
    let highest = 0;
    for (let day = 0; day < 60; day++) {
      for (let number = 0; number < 20_000; number++)
        table.add(...words(day * 20_000 + number), (day + 1) * 86_400, day * 86_400);
      if (day === 0) highest = table.bytes;
    }
    expect(table.bytes).toBeLessThan(highest * 1.5);
    for (let call = 0; call < 256; call++) table.tidy(1e9);
    expect(table.bytes).toBe(0);
    expect(table.add(...words(0), never, 1e9)).toBe(true);
    expect(table.add(...words(0), never, 1e9)).toBe(false);
  });

  it("needs at most 16 bytes for an entry, whether it was told how many there will be or not", () => {
    const count = 400_000;
    for (const table of [new SeenTable(), new SeenTable(count)]) {
      for (let number = 0; number < count; number++) table.add(...words(number), never, 1);
      expect(table.bytes).toBeLessThan(count * 16);
    }
  });

  it("makes all of its room at once when it was told how many there will be", () => {
    const table = new SeenTable(400_000);
    const { bytes } = table;
    for (let number = 0; number < 400_000; number++) table.add(...words(number), never, 1);
    expect(table.bytes).toBe(bytes);
  });
});
