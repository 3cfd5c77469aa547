import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCollector, defineExpert, defineOutput, defineParser, to } from "../definition/definition.ts";
import { commaList, integer } from "../definition/parameters.ts";
import { fakeClock, fakeResolver } from "./fakes.ts";
import { letters } from "./letters.ts";
import { tryCollector, tryExpert, tryOutput, tryParser } from "./try-bot.ts";

const described = { module: "weir.bots.experts.sample.expert", name: "Sample", summary: "A bot for tests." };

const tag = defineExpert({
  ...described,
  params: z.object({ labels: commaList(z.string()), limit: integer({ min: 1 }).default(10) }),
  create: ({ params, resolver, clock, state }) => ({
    async process(event) {
      if (event.get("comment") === "bad") throw new Error("the comment is bad");
      if (event.get("comment") === "drop") return;
      if (event.get("comment") === "other") return to("other", event);
      const host = event.get("source.fqdn");
      if (typeof host === "string") event.set("source.ip", await resolver.address4(host));
      event.set("extra.labels", params.labels);
      event.set("extra.limit", params.limit);
      event.set("extra.seen", state.increment("seen", 1));
      event.set("extra.time", clock.now());
      return event;
    },
  }),
});

describe("tryExpert", () => {
  it("gives plain objects for plain objects", async () => {
    const clock = fakeClock("2031-02-03T04:05:06Z");
    const run = tryExpert(tag, { labels: "a, b" }, { clock, resolver: fakeResolver({ "x.example": "192.0.2.7" }) });
    expect(await run({ "source.fqdn": "x.example", "feed.accuracy": 80 })).toEqual([
      {
        "source.fqdn": "x.example",
        "feed.accuracy": 80,
        "source.ip": "192.0.2.7",
        "extra.labels": ["a", "b"],
        "extra.limit": 10,
        "extra.seen": 1,
        "extra.time": Date.parse("2031-02-03T04:05:06Z"),
      },
    ]);
  });

  it("keeps the bot's state between calls", async () => {
    const run = tryExpert(tag, { labels: [] });
    await run({ comment: "x" });
    expect(await run({ comment: "y" })).toMatchObject([{ "extra.seen": 2 }]);
  });

  it("gives an empty list for a dropped event", async () => {
    expect(await tryExpert(tag, { labels: [] })({ comment: "drop" })).toEqual([]);
  });

  it("tells paths apart on request", async () => {
    const run = tryExpert(tag, { labels: [] }, { queues: ["_default", "other"] });
    expect(await run.byPath({ comment: "x" }, { comment: "other" })).toMatchObject({
      _default: [{ comment: "x" }],
      other: [{ comment: "other" }],
    });
  });

  it("fails with the error of an event that failed", async () => {
    await expect(tryExpert(tag, { labels: [] })({ comment: "bad" })).rejects.toThrow("the comment is bad");
  });

  it("fails with what the bot says about its parameters", async () => {
    await expect(tryExpert(tag, { labels: [], limit: 0 })({})).rejects.toThrow("limit");
  });

  it("refuses input that is no event", async () => {
    await expect(tryExpert(tag, { labels: [] })({ "source.ip": "x" })).rejects.toThrow("source.ip");
  });
});

const parser = defineParser({
  ...described,
  params: z.object({}),
  create: () => ({
    records: letters,
    parse(letter, event) {
      if (letter === "x") throw new Error("an x is no comment");
      event.set("comment", letter);
      event.set("classification.type", "scanner");
      return event;
    },
  }),
});

describe("tryParser", () => {
  it("parses a body and gives failures apart", async () => {
    const { events, failures } = await tryParser(parser)("axb");
    expect(events.map((event) => event.comment)).toEqual(["a", "b"]);
    expect(failures).toMatchObject([{ message: "an x is no comment" }]);
  });

  it("takes fields of the report too", async () => {
    const { events } = await tryParser(parser)({ raw: "a", "feed.name": "F" });
    expect(events).toMatchObject([{ comment: "a", "feed.name": "F", raw: "YQ==" }]);
  });
});

describe("tryOutput", () => {
  it("writes, closes, and gives what could not be written", async () => {
    const log: string[] = [];
    const output = defineOutput({
      ...described,
      params: z.object({}),
      create: () => ({
        write(batch) {
          if (batch.some(({ event }) => event.get("comment") === "bad")) throw new Error("refused");
          for (const { event } of batch) log.push(String(event.get("comment")));
        },
        close: () => void log.push("closed"),
      }),
    });
    const run = tryOutput(output);
    expect((await run({ comment: "a" }, { comment: "bad" }, { comment: "b" })).failures).toMatchObject([
      { message: "refused", fields: { comment: "bad" } },
    ]);
    await run({ comment: "c" });
    expect(log).toEqual(["a", "b", "closed", "c", "closed"]);
  });
});

describe("tryCollector", () => {
  it("gives the reports of one run", async () => {
    const collector = defineCollector({
      ...described,
      params: z.object({}),
      create: ({ newReport }) => ({
        async *collect() {
          yield { report: newReport(), body: "text" };
        },
      }),
    });
    expect(await tryCollector(collector, { name: "F" })()).toMatchObject([{ raw: "dGV4dA==", "feed.name": "F" }]);
  });

  it("fails when the run fails", async () => {
    const collector = defineCollector({
      ...described,
      params: z.object({}),
      create: () => ({
        // biome-ignore lint/correctness/useYield: it fails before it has anything
        async *collect() {
          throw new Error("nobody answers");
        },
      }),
    });
    await expect(tryCollector(collector)()).rejects.toThrow("nobody answers");
  });
});
