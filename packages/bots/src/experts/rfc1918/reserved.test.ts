import { describe, expect, it } from "vitest";
import { isReservedAddress, isReservedAsn, isReservedName } from "./reserved.ts";

describe("isReservedAddress", () => {
  it.each([
    ["10.0.0.0", "10.255.255.255"],
    ["100.64.0.0", "100.127.255.255"],
    ["127.0.0.1", "127.255.255.255"],
    ["169.254.0.0", "169.254.255.255"],
    ["172.16.0.0", "172.31.255.255"],
    ["192.0.0.0", "192.0.0.255"],
    ["192.0.2.0", "192.0.2.255"],
    ["192.88.99.0", "192.88.99.255"],
    ["192.168.0.0", "192.168.255.255"],
    ["198.18.0.0", "198.19.255.255"],
    ["198.51.100.0", "198.51.100.255"],
    ["203.0.113.0", "203.0.113.255"],
    ["224.0.0.0", "239.255.255.255"],
    ["240.0.0.0", "255.255.255.255"],
    ["fe80::", "fe80::ffff:ffff:ffff:ffff"],
    ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("knows the range from %s to %s", (first, last) => {
    expect([isReservedAddress(first), isReservedAddress(last)]).toEqual([true, true]);
  });

  it.each([
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.32.0.0",
    "192.0.1.0",
    "0.0.0.0",
    "223.255.255.255",
  ])("leaves %s alone", (address) => expect(isReservedAddress(address)).toBe(false));

  it.each(["::1", "fc00::1", "fe80:0:0:1::1", "2001:db9::1", "::ffff:10.0.0.1"])("leaves %s alone", (address) =>
    expect(isReservedAddress(address)).toBe(false),
  );

  it("takes a name for no address", () => expect(isReservedAddress("example.com")).toBe(false));
});

describe("isReservedName", () => {
  it.each(["example.com", "www.example.net", "a.b.test", "x.invalid", "y.localhost", "z.example"])("knows %s", (name) =>
    expect(isReservedName(name)).toBe(true),
  );

  it.each(["fooexample.com", "example.com.at", "test", "localhost", "example", "home.arpa"])(
    "leaves %s alone",
    (name) => expect(isReservedName(name)).toBe(false),
  );
});

describe("isReservedAsn", () => {
  it.each([64496, 64511, 65536, 65551])("knows %i", (asn) => expect(isReservedAsn(asn)).toBe(true));
  it.each([64495, 64512, 65535, 65552, 4200000000])("leaves %i alone", (asn) => expect(isReservedAsn(asn)).toBe(false));
});
