import { describe, expect, it } from "vitest";
import { fakeClock, fakeResolver } from "./fakes.ts";

describe("fakeClock", () => {
  it("stands still until it is moved", () => {
    const clock = fakeClock("2031-02-03T04:05:06Z");
    expect(clock.now()).toBe(Date.parse("2031-02-03T04:05:06Z"));
    clock.advance(1500);
    expect(clock.now()).toBe(Date.parse("2031-02-03T04:05:07.500Z"));
  });

  it("ends pauses whose time has come", async () => {
    const clock = fakeClock();
    const ended: string[] = [];
    const short = clock.sleep(1000).then(() => ended.push("short"));
    const long = clock.sleep(3000).then(() => ended.push("long"));
    clock.advance(2000);
    await short;
    expect(ended).toEqual(["short"]);
    clock.advance(1000);
    await long;
  });

  it("ends a pause with the reason of an abort", async () => {
    const abort = new AbortController();
    const pause = fakeClock().sleep(1000, abort.signal);
    abort.abort(new Error("stop"));
    await expect(pause).rejects.toThrow("stop");
  });
});

describe("fakeResolver", () => {
  it("gives addresses, and error numbers of getaddrinfo", async () => {
    const resolver = fakeResolver({ "a.example": "192.0.2.1", "b.example": -3 });
    expect(await resolver.address4("a.example")).toBe("192.0.2.1");
    await expect(resolver.address4("b.example")).rejects.toMatchObject({ details: { number: -3 } });
    await expect(resolver.address4("c.example")).rejects.toMatchObject({ details: { number: -2 } });
  });
});
