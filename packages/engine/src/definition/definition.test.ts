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
