import { fakeClock, tryExpert } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import filter from "./filter.ts";

const event = { "source.asn": 64500, comment: "Some text", "extra.b": true, "extra.l": [1, 2], "feed.accuracy": 55 };
const paths = ["_default", "action_other", "filter_match", "filter_no_match"];

/** The paths that get the event. */
async function pathsOf(parameters: Record<string, unknown>, queues = paths): Promise<readonly string[]> {
  const sent = await tryExpert(filter, parameters, { queues }).byPath(event);
  return Object.keys(sent).filter((path) => sent[path]?.length === 1);
}

const hit = { filter_key: "comment", filter_value: "Some text" };
const miss = { filter_key: "comment", filter_value: "some text" };

describe("filter by value", () => {
  it.each([
    ["drop", hit, ["action_other", "filter_match"]],
    ["drop", miss, ["_default", "filter_no_match"]],
    ["keep", hit, ["_default", "filter_match"]],
    ["keep", miss, ["action_other", "filter_no_match"]],
  ])("%s with %o sends to %j", async (filter_action, parameters, expected) => {
    expect(await pathsOf({ ...parameters, filter_action })).toEqual(expected);
  });

  it("passes over paths that are not configured", async () => {
    expect(await pathsOf({ ...hit, filter_action: "drop" }, ["_default"])).toEqual([]);
    expect(await pathsOf({ ...hit, filter_action: "keep" }, ["_default"])).toEqual(["_default"]);
  });

  it.each([
    ["source.asn", 64500],
    ["source.asn", 64500.0],
    ["feed.accuracy", 55],
    ["extra.b", true],
    ["extra.b", 1],
    ["extra.l", [1, 2]],
    ["extra", '{"b": true, "l": [1, 2]}'],
  ])("finds %s equal to %j", async (filter_key, filter_value) => {
    expect(await pathsOf({ filter_key, filter_value, filter_action: "keep" }, ["_default"])).toEqual(["_default"]);
  });

  it.each([
    ["source.asn", "64500"],
    ["source.fqdn", "x"],
    ["no.such", "x"],
    ["comment", ""],
  ])("finds %s different from %j", async (filter_key, filter_value) => {
    expect(await pathsOf({ filter_key, filter_value, filter_action: "keep" }, ["_default"])).toEqual([]);
  });

  it.each([
    ["comment", "te.t$", "search"],
    ["comment", "^Some", true],
    ["extra.b", "^True$", "false"],
    ["feed.accuracy", "^55", true],
    ["extra.l", "\\[1, 2\\]", true],
    ["extra", '"b": true', true],
  ])("searches %s for %s", async (filter_key, filter_value, filter_regex) => {
    expect(await pathsOf({ filter_key, filter_value, filter_regex, filter_action: "keep" }, ["_default"])).toEqual([
      "_default",
    ]);
  });

  it.each([false, null, ""])("takes the value as it is for filter_regex %j", async (filter_regex) => {
    const parameters = { filter_key: "comment", filter_value: "te.t$", filter_regex, filter_action: "keep" };
    expect(await pathsOf(parameters, ["_default"])).toEqual([]);
  });

  it.each([
    [{}, "it filters nothing"],
    [{ ...hit, filter_action: "delete" }, "it filters nothing"],
    [{ filter_key: "comment", filter_action: "drop" }, "it filters nothing"],
    [{ ...hit, filter_value: "(", filter_regex: true, filter_action: "drop" }, "filter_value is no regular expression"],
    [{ ...hit, filter_value: 5, filter_regex: true, filter_action: "drop" }, "filter_regex needs a regular expression"],
    [{ not_before: "3 dayz" }, '"not_before" is "3 dayz", which is no age'],
    [{ not_after: "soonish" }, '"not_after" is "soonish", which is neither'],
  ])("does not start with %o", async (parameters, reason) => {
    await expect(tryExpert(filter, parameters)(event)).rejects.toThrow(reason);
  });
});

describe("filter by time", () => {
  const times = ["2030-12-31T23:59:59+00:00", "2031-05-06T07:08:09+00:00", "2031-05-20T00:00:00+00:00"];

  async function kept(parameters: Record<string, unknown>): Promise<readonly unknown[]> {
    const run = tryExpert(filter, parameters, { clock: fakeClock("2031-05-10T12:00:00Z") });
    const events = await run(...times.map((time) => ({ "time.source": time })), { comment: "without time" });
    return events.map((event) => event["time.source"] ?? "none");
  }

  it.each([
    [{ not_before: "2031-01-01T00:00:00+00:00" }, [times[1], times[2], "none"]],
    [{ not_after: "2031-01-01T00:00:00+00:00" }, [times[0], "none"]],
    [{ not_before: "2031-01-01" }, [times[1], times[2], "none"]],
    [{ not_before: "2031-05-06T09:08:10+02:00" }, [times[2], "none"]],
    [{ not_before: "2031-05-06T09:08:09+02:00" }, [times[1], times[2], "none"]],
    [{ not_before: new Date("2031-01-01T00:00:00Z") }, [times[1], times[2], "none"]],
    [{ not_before: "3 days" }, [times[2], "none"]],
    [{ not_after: "1 week", not_before: "" }, [times[0], "none"]],
    [{ not_before: "1 month", not_after: "1 hour" }, [times[1], "none"]],
  ])("%o keeps %j", async (parameters, expected) => {
    expect(await kept(parameters)).toEqual(expected);
  });

  it("sends what the time drops to no path", async () => {
    const run = tryExpert(filter, { ...hit, filter_action: "drop", not_before: "2031-01-01" }, { queues: paths });
    const sent = await run.byPath({ comment: "Some text", "time.source": "2030-01-01T00:00:00+00:00" });
    expect(Object.values(sent).flat()).toEqual([]);
  });
});
