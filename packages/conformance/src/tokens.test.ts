import { parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { fillTokens, portNames, restoreTokens } from "./tokens.ts";

const surroundings = { work: "/tmp/w", assets: ["/own/assets", "/main/assets"], ports: new Map([["api", 4711]]) };
const value = (input: unknown) => parseJson(JSON.stringify(input));

describe("fillTokens", () => {
  it("replaces paths and ports in values and keys", () => {
    expect(fillTokens(value({ "{work}/a": ["{state}/b", "http://localhost:{port:api}/"] }), surroundings)).toEqual(
      value({ "/tmp/w/a": ["/tmp/w/state/b", "http://localhost:4711/"] }),
    );
  });

  it("puts a number in place of an object that names a port", () => {
    expect(fillTokens(value({ port: { $port: "api" } }), surroundings)).toEqual(value({ port: 4711 }));
  });

  it("finds assets in the tree's own directory first", () => {
    expect(fillTokens("{assets}/tls/ca.pem", surroundings)).toBe("/own/assets/tls/ca.pem");
  });

  it("refuses a port that nobody has", () => {
    expect(() => fillTokens("{port:other}", surroundings)).toThrow("other");
  });
});

describe("restoreTokens", () => {
  it("is the way back", () => {
    const tokens = value({ file: "file://localhost{work}/in/a", url: "http://127.0.0.1:{port:api}/x" });
    expect(restoreTokens(fillTokens(tokens, surroundings), surroundings)).toEqual(tokens);
  });
});

describe("portNames", () => {
  it("finds names in texts and in objects", () => {
    expect([...portNames(value({ a: "{port:one}", b: [{ $port: "two" }] }))]).toEqual(["one", "two"]);
  });
});
