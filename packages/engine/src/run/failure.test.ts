import { errorKind } from "@weir/format/errors";
import { describe, expect, it } from "vitest";
import { runtimeParameters } from "../definition/common-parameters.ts";
import { numbered } from "../testing/store-flow.ts";
import { deadLetterOf, judge, messageWithCauses } from "./failure.ts";

const permanent = errorKind<object>("WEIR_TEST_PERMANENT", { message: () => "never", remedy: "None.", retry: "never" });
const passing = errorKind<object>("WEIR_TEST_PASSING", { message: () => "later", remedy: "Wait.", retry: "later" });

describe("judge", () => {
  const runtime = runtimeParameters.parse({ error_max_retries: 2, error_retry_delay: 15 });

  it.each([1, 2])("has a message tried again after its pause (try %d)", (attempts) => {
    expect(judge(new Error("no"), attempts, runtime, 1000)).toEqual({ kind: "retry", dueAt: 16_000 });
    expect(judge("no error at all", attempts, runtime, 1000)).toEqual({ kind: "retry", dueAt: 16_000 });
    expect(judge(passing({}), attempts, runtime, 1000)).toEqual({ kind: "retry", dueAt: 16_000 });
  });

  it("gives up after error_max_retries further tries", () => {
    expect(judge(new Error("no"), 3, runtime, 1000)).toEqual({ kind: "give-up" });
    expect(judge(new Error("no"), 1, { ...runtime, error_max_retries: 0 }, 1000)).toEqual({ kind: "give-up" });
  });

  it("gives up at once what would fail again", () => {
    expect(judge(permanent({}), 1, runtime, 1000)).toEqual({ kind: "give-up" });
  });
});

describe("deadLetterOf", () => {
  const base = { bot: "a", queue: "a-queue", attempts: 2 };

  it("keeps message, tries and error, with its code, causes and stack", () => {
    const error = permanent({}, { cause: new Error("the cause") });
    const envelope = numbered(1);
    const letter = deadLetterOf({ ...base, error, now: 5, envelope });
    expect(letter).toMatchObject({ ...base, time: 5, envelope });
    expect(letter.error).toMatchObject({
      code: "WEIR_TEST_PERMANENT",
      message: "never: the cause",
      stack: error.stack,
    });
    expect(letter).not.toHaveProperty("bytes");
  });

  it("has ids that sort by time and are never the same", () => {
    const at = (now: number) => deadLetterOf({ ...base, error: "no", now }).id;
    const ids = [at(9), at(10), at(Date.now())];
    expect(ids.toSorted()).toEqual(ids);
    expect(at(9)).not.toBe(at(9));
  });

  it("takes whatever was thrown", () => {
    expect(deadLetterOf({ ...base, error: "a text", now: 5 }).error).toEqual({ name: "Error", message: "a text" });
    expect(deadLetterOf({ ...base, error: undefined, now: 5 }).error.message).toBe("undefined");
  });
});

describe("messageWithCauses", () => {
  it.each([
    ["the causes behind the message", new Error("a", { cause: new Error("b", { cause: "c" }) }), "a: b: c"],
    ["no cause that the message quotes", new Error("a: b", { cause: new Error("b") }), "a: b"],
    ["no empty ones", new Error("", { cause: new Error("b") }), "b"],
    ["a thrown text", "text", "text"],
  ])("says %s", (_, error, text) => {
    expect(messageWithCauses(error)).toBe(text);
  });

  it("ends when causes go round", () => {
    const error = new Error("a");
    error.cause = error;
    expect(messageWithCauses(error)).toBe("a");
  });
});
