import { fakeResolver, tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import gethostbyname from "./gethostbyname.ts";

const resolver = fakeResolver({
  "www.weir.at": "11.22.33.44",
  "zero.weir.at": "0.0.0.0",
  "again.weir.at": -3,
  "fail.weir.at": -4,
});

function run(event: Record<string, unknown>, parameters = {}) {
  return tryExpert(gethostbyname, parameters, { resolver })(event);
}

describe("gethostbyname", () => {
  it("looks up both sides", async () => {
    expect(await run({ "source.fqdn": "www.weir.at", "destination.fqdn": "www.weir.at" })).toMatchObject([
      { "source.ip": "11.22.33.44", "destination.ip": "11.22.33.44" },
    ]);
  });

  it.each(["http://www.weir.at/x", "http://www.weir.at:8080/", "http://user@www.weir.at/", "http://WWW.weir.at"])(
    "takes the host of %s where there is no domain name",
    async (url) => expect(await run({ "source.url": url })).toMatchObject([{ "source.ip": "11.22.33.44" }]),
  );

  it("looks at no URL when it may not, or when there is a domain name, or when its host is an address", async () => {
    const url = { "source.url": "http://www.weir.at/" };
    expect(await run(url, { fallback_to_url: false })).toEqual([url]);
    expect(await run({ ...url, "source.fqdn": "none.weir.at" })).toEqual([{ ...url, "source.fqdn": "none.weir.at" }]);
    expect(await run({ "source.url": "http://11.0.0.1/" })).toEqual([{ "source.url": "http://11.0.0.1/" }]);
  });

  it("keeps an address that is there, unless it may overwrite it", async () => {
    const event = { "source.fqdn": "www.weir.at", "source.ip": "11.0.0.1" };
    expect(await run(event)).toEqual([event]);
    expect(await run(event, { overwrite: true })).toMatchObject([{ "source.ip": "11.22.33.44" }]);
  });

  it.each(["none.weir.at", "zero.weir.at", "fail.weir.at"])(
    "passes %s, which has no address that can be used",
    async (name) => {
      expect(await run({ "source.fqdn": name })).toEqual([{ "source.fqdn": name }]);
    },
  );

  it("fails on other errors of the resolver", async () => {
    await expect(run({ "source.fqdn": "again.weir.at" })).rejects.toThrow("again.weir.at");
  });

  it.each(["-3, -9", -3, [-3], ["-9", "-3"]])("takes %j as further errors that mean: not found", async (numbers) => {
    expect(await run({ "source.fqdn": "again.weir.at" }, { gaierrors_to_ignore: numbers })).toHaveLength(1);
  });

  it("does not start with an error that is no number", async () => {
    await expect(run({}, { gaierrors_to_ignore: "all" })).rejects.toThrow();
  });
});
