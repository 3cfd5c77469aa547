import { parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compareRequest, compareRequests } from "./http-request.ts";

const request = (members: object) => parseJson(JSON.stringify({ method: "GET", url: "http://x.example/", ...members }));
const differs = (expected: object, observed: object) => compareRequest(request(expected), request(observed), "r")?.at;
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("compareRequest", () => {
  it("compares the query as a multiset of decoded pairs", () => {
    expect(differs({ url: "http://x.example/?a=1&b=%20" }, { url: "http://x.example/?b=+&a=1" })).toBeUndefined();
    expect(differs({ url: "http://x.example/?a=1" }, { url: "http://x.example/?a=1&a=1" })).toBe("r.url");
  });

  it("ignores the fragment and how the path is encoded", () => {
    expect(differs({ url: "http://x.example/a%20b#f" }, { url: "http://x.example/a b" })).toBeUndefined();
  });

  it("compares the listed headers only", () => {
    expect(differs({ headers: { a: "1" } }, { headers: { a: "1", b: "2" } })).toBeUndefined();
    expect(differs({ headers: { a: "1" } }, { headers: { b: "2" } })).toBe("r.headers.a");
  });

  it("compares JSON bodies as values, of the wanted members only when these are named", () => {
    const expected = { body_json: { a: 1, b: 2 } };
    expect(differs(expected, { body_json: { b: 2, a: 1 } })).toBeUndefined();
    expect(differs(expected, { body_json: { b: 3, a: 1 } })).toBe("r.body_json.b");
    const rules = { bodyMembers: new Set(["a"]) };
    const observed = request({ body_json: { b: 3, a: 1 } });
    expect(compareRequest(request(expected), observed, "r", rules)).toBeUndefined();
  });

  it("compares forms as multisets of pairs, other texts exactly", () => {
    expect(differs({ headers: form, body_text: "a=1&b=2" }, { headers: form, body_text: "b=2&a=1" })).toBeUndefined();
    expect(differs({ body_text: "a=1&b=2" }, { body_text: "b=2&a=1" })).toBe("r.body_text");
  });

  it("compares the tickets of a form as sets of entries", () => {
    const ticket = (text: string) => ({ headers: form, body_text: `content=${encodeURIComponent(text)}` });
    const expected = ticket("Subject: S\nText: one\n two\nQueue: Q");
    expect(differs(expected, ticket("Queue: Q\nText: one\n two\nSubject: S"))).toBeUndefined();
    expect(differs(expected, ticket("Queue: Q\nText: one\nSubject: S"))).toBeDefined();
  });

  it("compares events of MISP by what they say", () => {
    const event = (attribute: object, uuid: string) => ({
      body_json: { info: "i", uuid, Tag: [{ name: "t", colour: uuid }], Object: [{ uuid, Attribute: [attribute] }] },
    });
    expect(differs(event({ value: "x", uuid: "1" }, "1"), event({ value: "x", uuid: "2" }, "2"))).toBeUndefined();
    expect(differs(event({ value: "x" }, "1"), event({ value: "y" }, "1"))).toBe("r.body_json.Object[0][0].value");
  });

  it("finds a body where none was sent", () => {
    expect(differs({}, { body_text: "x" })).toBe("r.body");
  });
});

describe("compareRequests", () => {
  const failed = request({ $failed: true });

  it("counts tries of a failing connection as one", () => {
    expect(compareRequests([request({})], [failed, failed, failed], "r")).toBeUndefined();
    expect(compareRequests([request({}), request({})], [failed, failed, failed], "r")).toBeUndefined();
  });

  it("counts answered requests one by one", () => {
    expect(compareRequests([request({})], [request({}), request({})], "r")?.at).toBe("r[1]");
  });

  it("takes any order when it is told to", () => {
    const [one, two] = [request({ method: "PUT" }), request({ method: "POST" })];
    expect(compareRequests([one, two], [two, one], "r")?.at).toBe("r[0].method");
    expect(compareRequests([one, two], [two, one], "r", { anyOrder: true })).toBeUndefined();
  });
});
