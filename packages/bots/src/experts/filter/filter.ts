import { defineExpert, optional, type Routed, text, to } from "@weir/engine";
import { type Message, pythonEquals, toJsonValue } from "@weir/format";
import { compilePythonRegex } from "@weir/format/python";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { jsonField } from "../../fields/json-field.ts";
import { compileLimit } from "./time-limit.ts";

export default defineExpert({
  module: "intelmq.bots.experts.filter.expert",
  name: "Filter",
  summary: "Drops or keeps events by the value of a field or by their time; can send them to paths by the result.",
  notes:
    "Further paths, used where they are configured: `filter_match` and `filter_no_match` get the events whose field has, or has not, the " +
    "value; `action_other` gets those that would be dropped. What the time drops goes nowhere.",
  reads: ["time.source"],
  params: z.object({
    filter_key: optional(text()).describe("Field to look at."),
    filter_value: z
      .unknown()
      .optional()
      .meta({ keepsKinds: true })
      .describe("Value that it has to have, or a regular expression that has to be found in it."),
    filter_action: optional(z.string()).describe("`keep` or `drop` the events that match."),
    filter_regex: z
      .unknown()
      .optional()
      .describe("Anything but false, null or an empty text: the value is a regular expression."),
    not_before: optional(z.union([z.string(), z.date()])).describe(
      "Drop older events: a time (UTC unless it says otherwise), or an age such as `3 days`.",
    ),
    not_after: optional(z.union([z.string(), z.date()])).describe("Drop newer events: likewise."),
  }),
  create({ botId, params, clock, log }) {
    const refuse = (problem: string, cause?: unknown) => invalidParameters({ bot: botId, problem }, { cause });
    const start = clock.now();
    const notBefore = compileLimit(params.not_before, { parameter: "not_before", start, refuse });
    const notAfter = compileLimit(params.not_after, { parameter: "not_after", start, refuse });
    const matches = compileTest(params, refuse);
    const routes = matches === undefined ? undefined : actions.get(params.filter_action ?? "");
    if (routes === undefined && notBefore === undefined && notAfter === undefined) {
      throw refuse("it filters nothing: give filter_key, filter_value and filter_action (keep or drop), or a time");
    }
    if (routes === undefined)
      log.info("No filter by value: filter_key, filter_value and filter_action are not all set.");

    function isInTime(event: Message): boolean {
      const time = event.get("time.source");
      if (typeof time !== "string") return true;
      const at = Date.parse(time);
      const now = clock.now();
      return !((notAfter !== undefined && at > notAfter(now)) || (notBefore !== undefined && at < notBefore(now)));
    }

    return {
      process(event) {
        if ((notBefore !== undefined || notAfter !== undefined) && !isInTime(event)) return;
        if (routes === undefined || matches === undefined) return event;
        return matches(event) ? routes.match(event) : routes.noMatch(event);
      },
    };
  },
});

type Refuse = (problem: string, cause?: unknown) => Error;
type Test = (event: Message) => boolean;
type Send = (event: Message) => readonly (Message | Routed)[];

/** A path that need not be configured. */
const branch = (path: string, event: Message) => to(path, event, { optional: true });

/** Which paths get an event, in the order of sending. */
const actions: ReadonlyMap<string, { readonly match: Send; readonly noMatch: Send }> = new Map([
  [
    "drop",
    {
      match: (event: Message) => [branch("action_other", event), branch("filter_match", event)],
      noMatch: (event: Message) => [branch("filter_no_match", event), event],
    },
  ],
  [
    "keep",
    {
      match: (event: Message) => [branch("filter_match", event), event],
      noMatch: (event: Message) => [branch("action_other", event), branch("filter_no_match", event)],
    },
  ],
]);

interface ValueParameters {
  readonly filter_key?: string | undefined;
  readonly filter_value?: unknown;
  readonly filter_regex?: unknown;
}

/** The test of the field's value; undefined when there is none. */
function compileTest(
  { filter_key: key, filter_value: value, filter_regex: regex }: ValueParameters,
  refuse: Refuse,
): Test | undefined {
  if (regex) {
    if (typeof value !== "string") throw refuse("filter_regex needs a regular expression as text in filter_value");
    if (key === undefined || key === "") return undefined;
    const pattern = compile(value, refuse);
    return (event) => {
      const stored = event.text(key);
      return stored !== undefined && pattern.test(stored);
    };
  }
  if (key === undefined || key === "" || value === undefined || value === null) return undefined;
  const wanted = toJsonValue(value);
  if (wanted === undefined) throw refuse("filter_value is no value that a field may have");
  return (event) => {
    const stored = jsonField(event, key);
    return stored !== undefined && pythonEquals(stored, wanted);
  };
}

function compile(source: string, refuse: Refuse) {
  try {
    return compilePythonRegex(source);
  } catch (error) {
    throw refuse("filter_value is no regular expression", error);
  }
}
