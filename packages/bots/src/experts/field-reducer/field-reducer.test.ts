import { tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import fieldReducer from "./field-reducer.ts";

const event = { "source.ip": "11.22.33.44", comment: "c", "extra.a": 1, "extra.b": { c: "x" }, "feed.accuracy": 50 };

describe("field reducer", () => {
  it("keeps the listed fields with their values as they are", async () => {
    const run = tryExpert(fieldReducer, { type: "whitelist", keys: ["source.ip", "feed.accuracy", "source.asn"] });
    expect(await run(event)).toEqual([{ "source.ip": "11.22.33.44", "feed.accuracy": 50 }]);
  });

  it("removes the listed fields and ignores those that are not there", async () => {
    const run = tryExpert(fieldReducer, { type: "blacklist", keys: "extra.a, source.ip,bogus" });
    expect(await run(event)).toEqual([{ comment: "c", "extra.b": { c: "x" }, "feed.accuracy": 50 }]);
  });

  it("takes extra for all fields below it", async () => {
    const keep = tryExpert(fieldReducer, { type: "whitelist", keys: "extra" });
    const remove = tryExpert(fieldReducer, { type: "blacklist", keys: "extra,comment,feed.accuracy" });
    expect(await keep(event)).toEqual([{ "extra.a": 1, "extra.b": { c: "x" } }]);
    expect(await remove(event)).toEqual([{ "source.ip": "11.22.33.44" }]);
  });

  it.each([{ keys: "comment" }, { type: "greylist", keys: "comment" }, { type: "whitelist" }])(
    "does not start with %o",
    async (parameters) => {
      await expect(async () => tryExpert(fieldReducer, parameters)(event)).rejects.toThrow();
    },
  );
});
