import { parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compareFiles } from "./files.ts";
import { compareReceived } from "./frames.ts";
import { compareMails } from "./mail.ts";
import { compareStatements } from "./sql.ts";

const value = (input: unknown) => parseJson(JSON.stringify(input));
const list = (input: readonly unknown[]) => input.map(value);

describe("compareFiles", () => {
  const differs = (expected: readonly object[], observed: readonly object[]) =>
    compareFiles(list(expected), list(observed), "f", {});

  it("compares contents exactly", () => {
    expect(differs([{ path: "a", text: "x" }], [{ path: "a", text: "x\n" }])?.at).toBe("f[0].text");
    expect(differs([{ path: "a", base64: "/w==" }], [{ path: "a", base64: "/w==" }])).toBeUndefined();
  });

  it("compares .json files as values", () => {
    expect(differs([{ path: "a.json", text: '{"a":1,"b":2}' }], [{ path: "a.json", text: '{"b": 2, "a": 1}' }])).toBe(
      undefined,
    );
    expect(differs([{ path: "a.json", json: { a: 1 } }], [{ path: "a.json", text: '{"a":2}' }])?.at).toBe(
      "f[0].json.a",
    );
  });

  it("pairs random names by content", () => {
    const expected = [
      { path: "d/<any>", text: "1" },
      { path: "d/<any>", text: "2" },
    ];
    const observed = [
      { path: "d/k8", text: "2" },
      { path: "d/z1", text: "1" },
    ];
    expect(differs(expected, observed)).toBeUndefined();
    expect(differs(expected, observed.slice(1))).toBeDefined();
  });
});

describe("compareMails", () => {
  const mail = (members: object) => list([{ envelope_to: ["a", "b"], parts: [{ text: "x\n" }], ...members }]);

  it("takes recipients as a set and line ends as equal", () => {
    expect(compareMails(mail({}), mail({ envelope_to: ["b", "a"], parts: [{ text: "x\r\n" }] }), "m", {})).toBe(
      undefined,
    );
    expect(compareMails(mail({}), mail({ envelope_to: ["a"] }), "m", {})?.at).toBe("m[0].envelope_to[1]");
  });

  it("compares parts in order", () => {
    expect(compareMails(mail({}), mail({ parts: [{ text: "y" }] }), "m", {})?.at).toBe("m[0].parts[0].text");
  });
});

describe("compareStatements", () => {
  it("normalises white space and skips connecting and committing", () => {
    const expected = list([{ connect: {} }, { query: "SELECT  a\n FROM b", values: [1] }, { commit: true }]);
    expect(compareStatements(expected, list([{ query: "SELECT a FROM b", values: [1] }]), "s", {})).toBeUndefined();
    expect(compareStatements(expected, list([{ query: "SELECT a FROM b", values: [2] }]), "s", {})?.at).toBe(
      "s[0].values[0]",
    );
  });

  it("minds rollbacks", () => {
    expect(compareStatements(list([{ rollback: true }]), [], "s", {})?.at).toBe("s[0]");
  });
});

describe("compareReceived", () => {
  const frame = (text: string) => value({ mq: [[{ text }]] });

  it("compares STOMP frames by command, body and headers that are not free", () => {
    const expected = frame("STOMP\naccept-version:1.1\nlogin:u\n\n\0");
    expect(compareReceived(expected, frame("CONNECT\nlogin:u\nhost:h\n\n\0"), "s", {})).toBeUndefined();
    expect(compareReceived(expected, frame("CONNECT\nlogin:v\n\n\0"), "s", {})?.at).toBe("s.mq[0][0].headers.login");
    expect(compareReceived(frame("SEND\n\na\0"), frame("SEND\n\nb\0"), "s", {})?.at).toBe("s.mq[0][0].body");
  });

  it("compares everything else exactly", () => {
    expect(compareReceived(frame("a"), frame("b"), "s", {})?.at).toBe("s.mq[0][0].text");
    expect(compareReceived(frame("a"), value({ mq: [[]] }), "s", {})?.at).toBe("s.mq[0][0]");
  });
});
