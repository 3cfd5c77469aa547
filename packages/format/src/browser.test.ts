import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { build } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

const scenario = `
  const table = (type) => format.compileFields(format.defaultHarmonization, type);
  const tables = { event: table("event"), report: table("report") };
  const report = format.createReport(tables.report, [["feed.name", "F"]], new Date(0));
  const event = format.eventFromReport(report, tables.event);
  event.set("source.url", "http://Example.COM/ü");
  event.set("source.ip", "2001:DB8::1");
  event.set("time.source", "Thu, 02 Jan 2020 03:04:05 +0100");
  event.set("raw", "ü");
  const text = format.writeMessage(event);
  const [kept] = format.decodeMessages(format.encodeMessages([format.parseMessage(text, tables)]), tables);
  [text, format.messageHash(event), format.writeMessage(kept) === text];
`;

describe("the package", () => {
  let code = "";

  beforeAll(async () => {
    const output = await build({
      configFile: false,
      logLevel: "error",
      build: {
        write: false,
        minify: false,
        lib: { entry: fileURLToPath(new URL("index.ts", import.meta.url)), formats: ["iife"], name: "format" },
      },
    });
    const [bundle] = Array.isArray(output) ? output : [output];
    if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was bundled");
    code = bundle.output[0].code;
  }, 60_000);

  it("runs where there is nothing but the language and the encoding of text", () => {
    const result: unknown = runInNewContext(`${code};${scenario}`, { TextEncoder, TextDecoder, Uint8Array });
    expect(result).toEqual([
      '{"feed.name": "F", "time.observation": "1970-01-01T00:00:00+00:00", "source.url": "http://Example.COM/ü", "source.ip": "2001:db8::1", "time.source": "2020-01-02T02:04:05+00:00", "raw": "w7w=", "__type": "Event"}'.replaceAll(
        "ü",
        "\\u00fc",
      ),
      expect.stringMatching(/^[0-9a-f]{64}$/),
      true,
    ]);
  });

  it("names nothing that only Node.js has", () => {
    expect(code).not.toMatch(/\b(?:require|process|Buffer|node:[a-z]+)\b(?=[.("'])/);
  });
});
