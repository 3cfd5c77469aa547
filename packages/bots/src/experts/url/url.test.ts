import { tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import url from "./url.ts";

const run = tryExpert(url, {});

/** What the expert adds to an event with this source.url. */
async function parts(text: string): Promise<unknown> {
  const [event] = await run({ "source.url": text });
  return { ...event, "source.url": undefined };
}

describe("url", () => {
  it.each([
    [
      "http://5.5.5.5/index.html",
      {
        "source.ip": "5.5.5.5",
        "source.port": 80,
        "source.urlpath": "/index.html",
        "protocol.application": "http",
        "protocol.transport": "tcp",
      },
    ],
    [
      "https://admin@www.weir.at:8443/a?b=c#d",
      {
        "source.fqdn": "www.weir.at",
        "source.port": 8443,
        "source.urlpath": "/a",
        "source.account": "admin",
        "protocol.application": "http",
      },
    ],
    [
      "tftp://11.22.33.44/boot",
      {
        "source.ip": "11.22.33.44",
        "source.port": 69,
        "source.urlpath": "/boot",
        "protocol.application": "tftp",
        "protocol.transport": "udp",
      },
    ],
    [
      "gopher://old.weir.at/x",
      { "source.fqdn": "old.weir.at", "source.urlpath": "/x", "protocol.application": "gopher" },
    ],
    [
      "http://[2a02:1234::1]:8081/",
      {
        "source.ip": "2a02:1234::1",
        "source.port": 8081,
        "source.urlpath": "/",
        "protocol.application": "http",
        "protocol.transport": "tcp",
      },
    ],
    [
      "wss://WWW.weir.at.",
      { "source.fqdn": "www.weir.at", "source.port": 443, "protocol.application": "wss", "protocol.transport": "tcp" },
    ],
    ["//www.weir.at/x", { "source.fqdn": "www.weir.at", "source.urlpath": "/x" }],
    [
      "http://bücher.weir.at/ü",
      {
        "source.fqdn": "xn--bcher-kva.weir.at",
        "source.port": 80,
        "source.urlpath": "/ü",
        "protocol.application": "http",
        "protocol.transport": "tcp",
      },
    ],
  ])("takes %s apart", async (text, expected) => {
    expect(await parts(text)).toEqual(expected);
  });

  it("reads a decimal number as address", async () => {
    expect(await parts("http://3232235777/")).toMatchObject({ "source.ip": "192.168.1.1" });
  });

  it("takes the user name before the last @, up to its colon", async () => {
    expect(await parts("http://a@b@c.weir.at/")).toMatchObject({ "source.account": "a@b", "source.fqdn": "c.weir.at" });
    expect(await parts("http://user:pw@c.weir.at/")).toMatchObject({ "source.account": "user" });
  });

  it.each(["70000", "x", "-1"])("leaves port %s out", async (port) => {
    expect(await parts(`gopher://www.weir.at:${port}/x`)).toMatchObject({
      "source.fqdn": "www.weir.at",
      "source.urlpath": "/x",
    });
    expect(await parts(`gopher://www.weir.at:${port}/x`)).not.toHaveProperty(["source.port"]);
  });

  it("takes the scheme's port for port 0", async () => {
    expect(await parts("http://www.weir.at:0/")).toMatchObject({ "source.port": 80 });
  });

  it.each([
    ["http://h.weir.at/a;b/c;d=e", "/a;b/c"],
    ["ws://h.weir.at/a;b/c;d=e", "/a;b/c;d=e"],
  ])("cuts the parameters of the last segment where the scheme has them: %s", async (text, path) => {
    expect(await parts(text)).toMatchObject({ "source.urlpath": path });
  });

  it("takes the protocols from the destination only when the source has none", async () => {
    const [both] = await run({ "source.url": "http://5.5.5.5/", "destination.url": "https://b.weir.at/" });
    expect(both).toMatchObject({ "protocol.application": "http", "protocol.transport": "tcp" });
    const [second] = await run({ "source.url": "//a.weir.at/", "destination.url": "ftp://b.weir.at/" });
    expect(second).toMatchObject({ "protocol.application": "ftp", "protocol.transport": "tcp" });
  });

  const old = {
    "source.url": "http://u@www.weir.at:81/x",
    "source.fqdn": "old.weir.at",
    "source.ip": "11.0.0.1",
    "source.port": 1,
    "protocol.application": "old",
  };

  it("keeps fields that are there", async () => {
    expect((await run(old))[0]).toMatchObject(old);
  });

  it("replaces them with overwrite, but for the kind of host that the URL has not", async () => {
    const [event] = await tryExpert(url, { overwrite: true })(old);
    expect(event).toMatchObject({
      "source.fqdn": "www.weir.at",
      "source.ip": "11.0.0.1",
      "source.port": 81,
      "protocol.application": "http",
    });
  });

  it.each([{ skip_fields: ["source.port", "source.account"] }, { skip_fields: "source.port,source.account" }])(
    "writes none of the fields to skip: %o",
    async (parameters) => {
      expect(await tryExpert(url, parameters)({ "source.url": "http://u@www.weir.at:81/" })).toEqual([
        {
          "source.url": "http://u@www.weir.at:81/",
          "source.fqdn": "www.weir.at",
          "source.urlpath": "/",
          "protocol.application": "http",
          "protocol.transport": "tcp",
        },
      ]);
    },
  );
});
