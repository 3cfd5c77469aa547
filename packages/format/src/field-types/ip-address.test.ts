import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressToInteger,
  addressVersion,
  formatIpv4,
  formatIpv6,
  groupsOf,
  integerOfGroups,
  ipAddressType,
  parseIpv4,
  parseIpv6,
  reverseName,
} from "./ip-address.ts";

const groups = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint16Array(bytes.buffer.slice(0)));
const sparse = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((list) => Uint16Array.from(list));

describe("parseIpv4 and formatIpv4", () => {
  it("are inverse", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
      }),
    );
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    "1..3.4",
    ".1.2.3",
    "1.2.3.",
    "0x1.2.3.4",
    "١.2.3.4",
  ])("take no other form: %j", (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });
});

describe("parseIpv6 and formatIpv6", () => {
  it("are inverse", () => {
    fc.assert(
      fc.property(fc.oneof(groups, sparse), (address) => {
        expect(parseIpv6(formatIpv6(address))).toEqual(address);
        expect(groupsOf(integerOfGroups(address))).toEqual(address);
      }),
    );
  });

  it("write what the platform's URLs write", () => {
    fc.assert(
      fc.property(sparse, (address) => {
        expect(new URL(`http://[${formatIpv6(address)}]/`).hostname).toBe(`[${formatIpv6(address)}]`);
      }),
    );
  });

  it.each([
    ["::", "::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["1:0:0:4:0:0:0:8", "1:0:0:4::8"],
    ["1:0:0:4:5:0:0:8", "1::4:5:0:0:8"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["::192.0.2.1", "::c000:201"],
  ])("read %s", (text, canonical) => {
    const address = parseIpv6(text);
    expect(address && formatIpv6(address)).toBe(canonical);
  });

  it.each([
    "",
    ":",
    ":::",
    "1",
    "1:2",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "::1.2.3",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1%eth0",
    "[::1]",
  ])("take no other form: %j", (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });
});

describe("ipAddressType", () => {
  it.each([
    [" 192.0.2.1\r\n", "192.0.2.1"],
    ["192.0.2.1/32", "192.0.2.1"],
    ["192.0.2.1/255.255.255.255", "192.0.2.1"],
    ["192.0.2.1%eth0", "192.0.2.1"],
    ["fe80::1%eth0/64", "fe80::1"],
    ["2001:DB8::1/128", "2001:db8::1"],
    ["2130706433", "127.0.0.1"],
    [" 16909060 ", "1.2.3.4"],
    [4_294_967_296, "::1:0:0"],
    [(1n << 128n) - 1n, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    [new TextEncoder().encode(" 192.0.2.1"), "192.0.2.1"],
  ])("cleans %o", (value, expected) => {
    expect(ipAddressType.sanitize(value)).toBe(expected);
  });

  it.each([
    1n << 128n,
    -1,
    "340282366920938463463374607431768211456",
    "+12",
    "00",
    "192.0.2.1/24",
    "::1/64",
    "[::1]",
    "localhost",
    1.5,
    true,
    null,
    {},
    ["192.0.2.1"],
  ])("makes nothing of %o", (value) => {
    expect(ipAddressType.sanitize(value)).toBeUndefined();
  });

  it("accepts every address but 0.0.0.0", () => {
    expect(ipAddressType.isValid("0.0.0.0")).toBe(false);
    expect(ipAddressType.isValid("::")).toBe(true);
  });
});

describe("addressToInteger, addressVersion and reverseName", () => {
  it("take addresses with a scope", () => {
    expect(addressToInteger("fe80::1%eth0")).toBe((0xfe80n << 112n) + 1n);
    expect(addressVersion("fe80::1%eth0")).toBe(6);
    expect(addressVersion("fe80::1%")).toBeUndefined();
  });

  it("tell the version of an integer by its size", () => {
    expect([5, 2 ** 32, -1].map(addressVersion)).toEqual([4, 6, undefined]);
  });

  it("give the name for reverse look-ups", () => {
    expect(reverseName("192.0.2.1")).toBe("1.2.0.192.in-addr.arpa.");
    expect(reverseName("2001:db8::1")).toBe(`1.${"0.".repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`);
    expect(reverseName("192.0.2")).toBeUndefined();
  });
});
