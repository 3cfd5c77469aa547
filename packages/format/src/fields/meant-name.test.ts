import { describe, expect, it } from "vitest";
import { meantName } from "./meant-name.ts";

const known = ["source.ip", "destination.ip", "source.geolocation.cc", "malware.name", "malware.hash.md5"];

describe("meantName", () => {
  it.each([
    ["sourceIp", "source.ip"],
    ["SOURCE_IP", "source.ip"],
    ["source.geolocationCC", "source.geolocation.cc"],
    ["hash.md5", "malware.hash.md5"],
  ])("finds for %s the name %s", (name, meant) => {
    expect(meantName(name, known)).toBe(meant);
  });

  it("does not guess between several", () => {
    expect(meantName("dest.ip", known)).toBeUndefined();
  });

  it("knows nothing for a name like no other", () => {
    expect(meantName("x", known)).toBeUndefined();
  });
});
