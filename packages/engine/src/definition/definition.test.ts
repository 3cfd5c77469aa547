import type { Message } from "@weir/format";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { RecordReader } from "../report/record-reader.ts";
import { catalogueOf } from "./catalogue.ts";
import {
  type AnyDefinition,
  type Delivery,
  defineCollector,
  defineExpert,
  defineOutput,
  defineParser,
  type Routed,
  to,
} from "./definition.ts";
import { commaList, flag, integer } from "./parameters.ts";

/** A reader of texts that never finds any. */
const words: RecordReader<string> = {
  read: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) }),
};

const described = { module: "weir.bots.experts.known_good.expert", name: "Known good", summary: "Labels events." };
const params = z.object({
  networks: commaList(z.string()),
  limit: integer({ min: 1 }).default(10),
  strict: flag().optional(),
});

describe("defineExpert", () => {
  it("gives create the parameters with the types of their schema", () => {
    defineExpert({
      ...described,
      params,
      create({ params: given }) {
        expectTypeOf(given.networks).toEqualTypeOf<string[]>();
        expectTypeOf(given.limit).toEqualTypeOf<number>();
        expectTypeOf(given.strict).toEqualTypeOf<boolean | undefined>();
        // @ts-expect-error a parameter that the schema does not have
        given.network;
        return { process: (event) => event };
      },
    });
  });

  it("takes an event, a list, a routed event, nothing, and promises of these", () => {
    const create = (
      process: (event: Message) => Message | Routed | readonly Message[] | undefined | Promise<Message>,
    ) => defineExpert({ ...described, params, create: () => ({ process }) });
    create((event) => event);
    create((event) => [event, event.clone()]);
    create((event) => to("other", event));
    create(() => undefined);
    create(async (event) => event);
  });

  it("refuses what is no result, a missing member and a surplus one", () => {
    // @ts-expect-error a number is no event
    defineExpert({ ...described, params, create: () => ({ process: () => 5 }) });
    // @ts-expect-error summary is missing
    defineExpert({ module: "m", name: "n", params, create: () => ({ process: (event: Message) => event }) });
    // @ts-expect-error an expert has no records
    defineExpert({ ...described, params, records: 1, create: () => ({ process: (event: Message) => event }) });
    // @ts-expect-error the kind follows from the function
    defineExpert({ ...described, kind: "expert", params, create: () => ({ process: (event: Message) => event }) });
  });

  it("refuses a definition without create, without parameters, and with parameters that are no object", () => {
    // @ts-expect-error create is missing
    defineExpert({ ...described, params });
    // @ts-expect-error params is missing
    defineExpert({ ...described, create: () => ({ process: (event: Message) => event }) });
    // @ts-expect-error a list of parameters has no names
    defineExpert({ ...described, params: z.array(z.string()), create: () => ({ process: () => undefined }) });
    // @ts-expect-error an expert processes
    defineExpert({ ...described, params, create: () => ({ write: () => undefined }) });
    // @ts-expect-error create makes the bot at once; what takes time belongs into open
    defineExpert({ ...described, params, create: async () => ({ process: (event: Message) => event }) });
  });

  it("refuses parameters used as another type", () => {
    defineExpert({
      ...described,
      params,
      create({ params: given }) {
        // @ts-expect-error the limit is a number
        given.limit.toUpperCase();
        // @ts-expect-error strict may be missing
        const strict: boolean = given.strict;
        // @ts-expect-error parameters are read, not set, and a text is no list
        given.networks = "192.0.2.0/24";
        return { process: (event) => (strict ? event : undefined) };
      },
    });
  });

  it("refuses what the context does not have", () => {
    defineExpert({
      ...described,
      params,
      create(context) {
        // @ts-expect-error bots do not send by themselves: they return
        context.send;
        // @ts-expect-error nor do they know each other
        context.botnet;
        return {
          process(event) {
            // @ts-expect-error the cache keeps texts
            context.cache.set("key", 5, 60);
            // @ts-expect-error and wants to know for how long
            context.cache.set("key", "value");
            // @ts-expect-error the level is called warning
            context.log.warn("low");
            // @ts-expect-error events have fields, not members
            event.source;
            return event;
          },
        };
      },
    });
  });

  it("refuses routes that are none, and settings with values of another type", () => {
    // @ts-expect-error a path has a name
    defineExpert({ ...described, params, create: () => ({ process: (event: Message) => to(1, event) }) });
    // @ts-expect-error what is routed is a message
    defineExpert({ ...described, params, create: () => ({ process: () => to("other", "text") }) });
    // @ts-expect-error a list with a text in it
    defineExpert({ ...described, params, create: () => ({ process: (event: Message) => [event, "text"] }) });
    // @ts-expect-error concurrency is a number
    defineExpert({ ...described, params, concurrency: "8", create: () => ({ process: () => undefined }) });
    // @ts-expect-error runtime has no such default
    defineExpert({ ...described, params, runtime: { rate: 5 }, create: () => ({ process: () => undefined }) });
  });

  it("gives check the parameters too", () => {
    defineExpert({
      ...described,
      params,
      check(given) {
        expectTypeOf(given.limit).toEqualTypeOf<number>();
        return given.limit > 5 ? [] : [{ level: "warning", message: "low", parameter: "limit" }];
      },
      create: () => ({ process: (event) => event }),
    });
    defineExpert({
      ...described,
      params,
      // @ts-expect-error fatal is no level
      check: () => [{ level: "fatal", message: "" }],
      create: () => ({ process: () => undefined }),
    });
  });
});

describe("defineParser", () => {
  it("gives parse the items that its reader makes", () => {
    defineParser({
      ...described,
      params,
      create: () => ({
        records: words,
        parse(word, event, report) {
          expectTypeOf(word).toEqualTypeOf<string>();
          expectTypeOf(event).toEqualTypeOf<Message>();
          expectTypeOf(report).toEqualTypeOf<Message>();
        },
      }),
    });
  });

  it("refuses a parse that wants other items than its reader makes", () => {
    defineParser({
      ...described,
      params,
      // @ts-expect-error words are texts, not rows
      create: () => ({ records: words, parse: (row: readonly string[]) => void row }),
    });
  });

  it("refuses a parser without a reader, results that are none, and a kind of failure that does not exist", () => {
    // @ts-expect-error records is missing
    defineParser({ ...described, params, create: () => ({ parse: () => undefined }) });
    // @ts-expect-error a text is no event
    defineParser({ ...described, params, create: () => ({ records: words, parse: (word: string) => word }) });
    // @ts-expect-error parsing does not wait
    defineParser({ ...described, params, create: () => ({ records: words, parse: async () => undefined }) });
    // @ts-expect-error parsers do not route
    defineParser({ ...described, params, create: () => ({ records: words, parse: (_, event) => to("other", event) }) });
    // @ts-expect-error failures concern a record or a report
    defineParser({ ...described, params, failure: "row", create: () => ({ records: words, parse: () => undefined }) });
  });
});

describe("defineOutput", () => {
  it("gives write a batch of deliveries", () => {
    defineOutput({
      ...described,
      params,
      create: () => ({
        write(batch) {
          expectTypeOf(batch).toEqualTypeOf<readonly Delivery[]>();
        },
      }),
    });
  });

  it("refuses an output that wants single events, that answers, and a pace that does not exist", () => {
    // @ts-expect-error write is given a batch
    defineOutput({ ...described, params, create: () => ({ write: (event: Message) => void event }) });
    // @ts-expect-error what is delivered ends here
    defineOutput({ ...described, params, create: () => ({ write: async (batch) => batch }) });
    // @ts-expect-error a delivery holds its event
    defineOutput({ ...described, params, create: () => ({ write: ([first]) => void first?.get("source.ip") }) });
    // @ts-expect-error local or network
    defineOutput({ ...described, params, pace: "fast", create: () => ({ write: () => undefined }) });
  });
});

describe("defineCollector", () => {
  it("refuses reports that are none", () => {
    defineCollector({
      ...described,
      params,
      create: () => ({
        // @ts-expect-error a text is no collected report
        async *collect() {
          yield "text";
        },
      }),
    });
  });

  it("refuses a collection that is no stream, and a body that is none", () => {
    // @ts-expect-error one report is no stream of reports
    defineCollector({ ...described, params, create: (ctx) => ({ collect: () => ({ report: ctx.newReport() }) }) });
    defineCollector({
      ...described,
      params,
      create: ({ newReport }) => ({
        // @ts-expect-error a number is no body
        async *collect() {
          yield { report: newReport(), body: 5 };
        },
      }),
    });
  });
});

describe("AnyDefinition", () => {
  it("takes every definition, whatever its parameters, and tells kinds apart", () => {
    const expert = defineExpert({ ...described, params, create: () => ({ process: (event) => event }) });
    const definition: AnyDefinition = expert;
    expectTypeOf(definition.kind).toEqualTypeOf<"expert">();
    expect(definition.kind).toBe("expert");
    expect(catalogueOf([expert]).modules()).toEqual([described.module]);
  });
});
