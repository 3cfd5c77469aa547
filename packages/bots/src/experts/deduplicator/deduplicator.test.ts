import { fakeClock, tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import deduplicator from "./deduplicator.ts";

const a = { "source.ip": "11.22.33.44", comment: "a", "time.observation": "2031-05-06T07:08:09+00:00" };

describe("deduplicator", () => {
  it("passes the first of equal events and drops the others", async () => {
    const run = tryExpert(deduplicator, {});
    expect(await run(a, { ...a, comment: "b" }, a)).toEqual([a, { ...a, comment: "b" }]);
    expect(await run(a)).toEqual([]);
  });

  it("compares all fields but raw and the time of observation, by default", async () => {
    const later = { ...a, "time.observation": "2031-05-07T00:00:00+00:00", raw: "eA==" };
    expect(await tryExpert(deduplicator, {})(a, later)).toEqual([a]);
  });

  it("compares only the listed fields with whitelist", async () => {
    const run = tryExpert(deduplicator, { filter_type: "whitelist", filter_keys: "source.ip , source.asn" });
    expect(await run(a, { ...a, comment: "b" }, { ...a, "source.asn": 1 })).toEqual([a, { ...a, "source.asn": 1 }]);
  });

  it("takes events that have none of the listed fields as equal", async () => {
    const run = tryExpert(deduplicator, { filter_type: "whitelist", filter_keys: ["source.fqdn"] });
    expect(await run({ comment: "a" }, { comment: "b" })).toEqual([{ comment: "a" }]);
  });

  it("forgets after the time to live, which a duplicate does not prolong", async () => {
    const clock = fakeClock();
    const run = tryExpert(deduplicator, { redis_cache_ttl: "60" }, { clock });
    expect(await run(a)).toHaveLength(1);
    clock.advance(40_000);
    expect(await run(a)).toHaveLength(0);
    clock.advance(40_000);
    expect(await run(a)).toHaveLength(1);
  });

  it.each([0, null])("never forgets with a time to live of %j", async (redis_cache_ttl) => {
    const clock = fakeClock();
    const run = tryExpert(deduplicator, { redis_cache_ttl }, { clock });
    await run(a);
    clock.advance(1e12);
    expect(await run(a)).toEqual([]);
  });

  it("lets everything pass and remembers nothing with bypass", async () => {
    expect(await tryExpert(deduplicator, { bypass: true })(a, a)).toEqual([a, a]);
  });

  it("does not start with another filter_type", async () => {
    await expect(tryExpert(deduplicator, { filter_type: "greylist" })(a)).rejects.toThrow();
  });
});
