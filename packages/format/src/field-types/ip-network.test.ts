import { describe, expect, it } from "vitest";
import { ipNetworkType, networkVersion, parseNetwork } from "./ip-network.ts";

describe("ipNetworkType", () => {
  it.each([
    "192.0.2.0/24",
    "192.0.2.1",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/255.0.0.0",
    "10.0.0.0/0.255.255.255",
    "192.0.2.0/024",
    "fe80::%eth0/64",
  ])("accepts %s", (text) => {
    expect(ipNetworkType.isValid(text)).toBe(true);
  });

  it.each([
    "192.0.2.1/24",
    " 192.0.2.0/24",
    "192.0.2.0/33",
    "192.0.2.0/",
    "192.0.2.0/+24",
    "192.0.2.0/255.0.255.0",
    "::/129",
    "::/ffff::",
    "fe80::%/64",
    3_221_225_984,
  ])("refuses %o", (value) => {
    expect(ipNetworkType.isValid(value)).toBe(false);
  });

  it.each([
    ["192.0.2.1", "192.0.2.1/32"],
    ["192.0.2.1/24", "192.0.2.0/24"],
    ["1.2.3.4/0", "0.0.0.0/0"],
    ["1.2.3.4/0.0.0.0", "0.0.0.0/0"],
    ["10.1.2.3/0.0.0.255", "10.1.2.0/24"],
    [" 2001:DB8::5/32\n", "2001:db8::/32"],
    ["2001:db8::5", "2001:db8::5/128"],
    ["fe80::%eth0/64", "fe80::%eth0/64"],
    ["fe80::1%eth0/64", "fe80::/64"],
  ])("cleans %j", (text, expected) => {
    expect(ipNetworkType.sanitize(text)).toBe(expected);
  });

  it.each([5, true, null, "", "x", "1.2.3", "10.0.0.0/8%1", "[2001:db8::]/32"])("makes nothing of %o", (value) => {
    expect(ipNetworkType.sanitize(value)).toBeUndefined();
  });
});

describe("parseNetwork", () => {
  it("keeps host bits and scope", () => {
    expect(parseNetwork("192.0.2.5/24")).toEqual({ version: 4, address: 0xc0000205n, prefix: 24 });
    expect(parseNetwork("fe80::1%eth0/64")).toMatchObject({ version: 6, prefix: 64, scope: "eth0" });
  });
});

describe("networkVersion", () => {
  it("has none for a network with host bits", () => {
    expect(["192.0.2.0/24", "::1", "192.0.2.1/24", ""].map(networkVersion)).toEqual([4, 6, undefined, undefined]);
  });
});
