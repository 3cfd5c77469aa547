import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type CollectedReport, defineCollector } from "../definition/definition.ts";
import { numbersOf, openStoreFlow, reportOf, type StoreFlow, until } from "../testing/store-flow.ts";

const limit = 64 << 10;

let flow: StoreFlow;
beforeEach(async () => {
  flow = await openStoreFlow();
});

/** What a collector that gives these reports puts into its queue. */
async function collect(reports: readonly CollectedReport[], parameters: Record<string, unknown> = {}) {
  const definition = defineCollector({
    name: "Test",
    summary: "For a test.",
    params: z.object({}),
    module: "test.collect.collector",
    create: () => ({
      async *collect() {
        yield* reports;
      },
    }),
  });
  const paths = { other: ["others"] };
  await flow.start({ id: "collect", definition, parameters, scheduled: true, to: ["reports"], paths });
  await until(() => expect(flow.ended).toHaveLength(1));
  return (await flow.waiting("reports")).flatMap(({ envelope }) => (envelope === undefined ? [] : [envelope]));
}

/** A report without data and without a feed. */
function bare() {
  const { message } = reportOf("", "");
  message.remove("raw");
  message.remove("feed.name");
  return message;
}

function collectedOf(body: CollectedReport["body"]): CollectedReport {
  return body === undefined ? { report: bare() } : { report: bare(), body };
}

async function* streamOf(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe("the body of a collected report", () => {
  const text = (length: number) => "x".repeat(length);
  const bytes = (length: number) => new TextEncoder().encode(text(length));

  it.each<[string, () => CollectedReport["body"]]>([
    ["a text", () => text(limit)],
    ["bytes", () => bytes(limit)],
    ["a stream", () => streamOf(bytes(limit - 10), bytes(10))],
  ])("is inside the message as %s of up to 64 KiB", async (_, body) => {
    const [envelope] = await collect([collectedOf(body())]);
    expect(envelope?.blob).toBeUndefined();
    expect(envelope?.message.getDecoded("raw")).toBe(text(limit));
    expect((await flow.broker.sizes()).blobBytes).toBe(0);
  });

  it.each<[string, () => CollectedReport["body"]]>([
    ["a text", () => text(limit + 1)],
    ["bytes", () => bytes(limit + 1)],
    ["a stream", () => streamOf(bytes(limit - 10), bytes(10), bytes(1))],
  ])("is kept beside it as %s that is longer", async (_, body) => {
    const [envelope] = await collect([collectedOf(body())]);
    expect(envelope?.blob?.bytes).toBe(limit + 1);
    expect(envelope?.message.has("raw")).toBe(false);
    expect((await flow.broker.sizes()).blobBytes).toBe(limit + 1);
  });

  it.each<[string, () => CollectedReport["body"]]>([
    ["no body", () => undefined],
    ["an empty text", () => ""],
    ["no bytes", () => new Uint8Array()],
    ["an empty stream", () => streamOf()],
  ])("has to be there: a report with %s is left out with a warning", async (_, body) => {
    const full = reportOf("", "data").message;
    full.set("extra.number", 2);
    const sent = await collect([collectedOf(body()), { report: full }]);
    expect(sent.map(({ message }) => message.getDecoded("raw"))).toEqual(["data"]);
    expect(flow.log).toMatchObject([{ level: "WARNING", message: expect.stringContaining("without raw") }]);
  });

  it("that breaks off fails the run; nothing of it is kept", async () => {
    const broken = (async function* () {
      yield bytes(limit + 1);
      throw new Error("connection lost");
    })();
    const parameters = { error_max_retries: 0, error_procedure: "stop" };
    const good = reportOf("", "data").message;
    good.set("extra.number", 1);
    await collect([{ report: good }, { report: bare(), body: broken }], parameters);
    expect(flow.ended[0]).toContain("connection lost");
    expect(numbersOf(await flow.waiting("reports"))).toEqual([1]);
    expect((await flow.broker.sizes()).blobBytes).toBe(0);
  });
});

describe("a collected report", () => {
  const parameters = {
    name: "Feed",
    provider: "Provider",
    code: "feed-code",
    documentation: "https://example.com/",
    accuracy: 80,
  };

  it("gets the feed of its collector, but keeps what it has", async () => {
    const own = bare();
    own.set("feed.name", "Its own");
    const [first, second] = await collect(
      [
        { report: bare(), body: "a" },
        { report: own, body: "b" },
      ],
      parameters,
    );
    const fields = ["feed.name", "feed.code", "feed.documentation", "feed.provider"];
    expect(fields.map((field) => first?.message.get(field))).toEqual([
      "Feed",
      "feed-code",
      "https://example.com/",
      "Provider",
    ]);
    expect(first?.message.text("feed.accuracy")).toBe("80.0");
    expect(second?.message.get("feed.name")).toBe("Its own");
    expect(second?.message.get("feed.provider")).toBe("Provider");
  });

  it("of others is left as it is", async () => {
    const [report] = await collect([{ report: bare(), body: "a", addFeedFields: false }], parameters);
    expect([...(report?.message.keys() ?? [])].filter((key) => key.startsWith("feed."))).toEqual([]);
  });

  it("goes by the path that it names", async () => {
    const sent = await collect([{ report: bare(), body: "a", path: "other" }]);
    expect(sent).toEqual([]);
    expect((await flow.waiting("others")).map(({ envelope }) => envelope?.message.getDecoded("raw"))).toEqual(["a"]);
    expect((await flow.broker.counters()).get("collect")?.sent).toEqual({ other: 1 });
  });
});
