import { describe, expect, it } from "vitest";
import { fakeResolver } from "../testing/fakes.ts";
import { addressOfName, addressOfUrl } from "./address-of-name.ts";

const resolver = fakeResolver({ "host.example": "192.0.2.7", "slow.example": -3 });

describe("addressOfName", () => {
  it("gives the address, and nothing for a name that does not exist", async () => {
    expect(await addressOfName("host.example", resolver)).toBe("192.0.2.7");
    expect(await addressOfName("none.example", resolver)).toBeUndefined();
  });

  it("fails when the name cannot be looked up now", async () => {
    await expect(addressOfName("slow.example", resolver)).rejects.toMatchObject({ code: "WEIR_NAME_LOOKUP" });
  });
});

describe("addressOfUrl", () => {
  it.each([
    ["http://user@host.example:8080/x", "192.0.2.7"],
    ["//host.example", "192.0.2.7"],
    ["http://198.51.100.1/", "198.51.100.1"],
    ["http://[2001:db8::1]/", "2001:db8::1"],
    ["http://none.example/", undefined],
    ["no address", undefined],
    ["http://[x/", undefined],
  ])("gives for %s: %s", async (url, address) => {
    expect(await addressOfUrl(url, resolver)).toBe(address);
  });
});
