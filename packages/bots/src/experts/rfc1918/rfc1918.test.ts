import { tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import rfc1918 from "./rfc1918.ts";

describe("rfc1918", () => {
  it("removes a private destination and drops a private source, by default", async () => {
    const run = tryExpert(rfc1918, {});
    expect(await run({ "source.ip": "10.9.8.7", "destination.ip": "11.22.33.44" })).toEqual([]);
    expect(await run({ "source.ip": "11.22.33.44", "destination.ip": "10.9.8.7" })).toEqual([
      { "source.ip": "11.22.33.44" },
    ]);
  });

  it("looks at no field behind the first that is reserved", async () => {
    const run = tryExpert(rfc1918, { fields: "source.ip,destination.fqdn", policy: "del,drop" });
    expect(await run({ "source.ip": "10.9.8.7", "destination.fqdn": "x.test", comment: "c" })).toEqual([
      { "destination.fqdn": "x.test", comment: "c" },
    ]);
  });

  it("leaves the event as it is for another policy", async () => {
    const event = { "source.ip": "10.9.8.7", "destination.ip": "10.9.8.7" };
    expect(await tryExpert(rfc1918, { fields: "source.ip,destination.ip", policy: "ignore,drop" })(event)).toEqual([
      event,
    ]);
  });

  it.each([
    "http://10.0.0.1/",
    "http://10.0.0.1:8080/",
    "http://user:word@10.0.0.1/",
    "http://[fe80::1]/",
    "http://[2001:db8::1]:80/",
    "http://EXAMPLE.com/x",
    "http://user@sub.example.com:80/",
  ])("finds the host of %s", async (url) => {
    expect(await tryExpert(rfc1918, { fields: "source.url", policy: "drop" })({ "source.url": url })).toEqual([]);
  });

  it("looks at AS numbers", async () => {
    const run = tryExpert(rfc1918, { fields: "source.asn", policy: "drop" });
    expect(await run({ "source.asn": 64500 })).toEqual([]);
    expect(await run({ "source.asn": 64512 })).toEqual([{ "source.asn": 64512 }]);
  });

  it("looks at no other kind of field", async () => {
    const event = { "source.local_ip": "10.9.8.7", "source.reverse_dns": "x.test", "source.network": "10.0.0.0/8" };
    const fields = Object.keys(event).join(",");
    expect(await tryExpert(rfc1918, { fields, policy: "drop,drop,drop" })(event)).toEqual([event]);
  });

  it("takes names in any case and with blanks around them", async () => {
    const run = tryExpert(rfc1918, { fields: "comment , Source.IP", policy: " drop, del " });
    expect(await run({ "source.ip": "10.9.8.7", comment: "c" })).toEqual([{ comment: "c" }]);
  });

  it("needs a policy for each field", async () => {
    const lists = { fields: ["source.ip"], policy: ["del", "drop"] };
    expect(rfc1918.check?.(lists)).toMatchObject([{ level: "error", parameter: "policy" }]);
    await expect(async () => tryExpert(rfc1918, lists)({})).rejects.toThrow(
      '"fields" has 1 and "policy" has 2 entries',
    );
  });
});
