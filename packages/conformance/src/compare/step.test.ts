import { type JsonObject, parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { botVector } from "../bot-vector.ts";
import { compareStep } from "./step.ts";
import { isObject } from "./value.ts";

function object(input: object): JsonObject {
  const value = parseJson(JSON.stringify(input));
  if (!isObject(value)) throw new Error("no object");
  return value;
}

function differs(expect: object, observed: object, members: object = {}): string | undefined {
  const nothing = { output: {}, errors: 0, warnings: 0 };
  const vector = botVector(
    object({ id: "x/1", parameters: {}, ...members, steps: [{ expect: { ...nothing, ...expect } }] }),
  );
  const [step] = vector.steps;
  if (step === undefined) throw new Error("no step");
  return compareStep(vector, step, object({ ...nothing, ...observed }), "s")?.at;
}

describe("compareStep", () => {
  it("minds only whether there were errors and warnings", () => {
    expect(differs({ errors: 1 }, { errors: 3 })).toBeUndefined();
    expect(differs({ errors: 1 }, { errors: 0 })).toBe("s.errors");
    expect(differs({ warnings: 0 }, { warnings: 1 })).toBe("s.warnings");
  });

  it("compares dead letters by their messages, an absent list being none", () => {
    const dead = (comment: string) => ({ dump: [{ message: { __type: "Event", comment } }], errors: 1 });
    expect(differs(dead("a"), dead("a"))).toBeUndefined();
    expect(differs(dead("a"), dead("b"))).toBe("s.dump[0].message.comment");
    expect(differs({ errors: 1 }, dead("a"))).toBe("s.dump[0]");
    expect(differs(dead("a"), { errors: 1 })).toBe("s.dump[0]");
  });

  it("takes any message where the reference kept only a part of it, and compares other bytes", () => {
    const kept = (bytes: string) => ({ errors: 1, dump: [{ message_base64: Buffer.from(bytes).toString("base64") }] });
    expect(differs(kept('{"a": 1}'), kept('{"a": 1, "b": 2}'))).toBeUndefined();
    expect(differs(kept("no json"), kept("other"))).toBe("s.dump[0].message_base64");
  });

  it("wants a bot that must refuse to start to do so", () => {
    expect(differs({ init_error: {}, errors: 1 }, { init_error: "why" })).toBeUndefined();
    expect(differs({ init_error: {}, errors: 1 }, {})).toBe("s.init_error");
    expect(differs({}, { init_error: "why" })).toBe("s.init_error");
  });

  it("takes refusing to start for an error at the start that sent nothing", () => {
    expect(differs({ errors: 1, output: { _default: [] } }, { init_error: "why" })).toBeUndefined();
    expect(differs({ errors: 1, output: { _default: [{}] } }, { init_error: "why" })).toBe("s.init_error");
  });

  it("wants the same number of messages left, and the bot to end itself where it must", () => {
    expect(differs({ unprocessed: 2 }, { unprocessed: 2 })).toBeUndefined();
    expect(differs({}, { unprocessed: 2 })).toBe("s.unprocessed");
    expect(differs({ exit: 0 }, {})).toBe("s.exit");
    expect(differs({ exit: 0 }, { exit: true })).toBeUndefined();
  });

  it("takes queries for names as a set", () => {
    const asked = (...names: string[]) => ({ dns_queries: names.map((name) => ({ name, type: "A" })) });
    expect(differs(asked("a", "b", "a"), asked("b", "a"))).toBeUndefined();
    expect(differs(asked("a"), asked("b"))).toBeDefined();
  });

  it("compares side effects only where they were recorded", () => {
    expect(differs({}, { http_requests: [{ method: "GET", url: "http://x/" }] })).toBeUndefined();
    expect(differs({ http_requests: [] }, { http_requests: [{ method: "GET", url: "http://x/" }] })).toBe(
      "s.http_requests[0]",
    );
  });
});
