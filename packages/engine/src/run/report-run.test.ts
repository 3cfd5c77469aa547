import { Base64Value, type Message } from "@weir/format";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Envelope, ReceivedMessage } from "../broker/broker.ts";
import { defineParser, type Parser, type ParserDefinition } from "../definition/definition.ts";
import { lines } from "../report/lines.ts";
import { type RecordReader, UnreadableRecord } from "../report/record-reader.ts";
import { numberOf, numbersOf, once, openStoreFlow, reportOf, type StoreFlow, until } from "../testing/store-flow.ts";
import type { BotRunner } from "./bot-runner.ts";

const described = { name: "Test", summary: "For a test.", params: z.object({}), module: "test.lines.parser" };

let flow: StoreFlow;
beforeEach(async () => {
  flow = await openStoreFlow();
});

/** A parser of lines that does more with each than to take it for a number. */
function parser(more: Partial<Parser<string>> = {}, failure: "record" | "report" = "record"): ParserDefinition {
  return defineParser({ ...described, failure, create: (): Parser<string> => ({ records: lines(), parse, ...more }) });
}

function parse(line: string, event: Message): Message {
  event.set("extra.number", Number(line));
  return event;
}

/** Lines with these numbers, from 0 on; each is long enough for 5,000 of them to be a long report. */
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const textOf = (count: number, from = 0) =>
  numbers(count, from)
    .map((number) => `${String(number).padStart(20, "0")}\n`)
    .join("");

async function longReport(id: string, text: string): Promise<Envelope> {
  const blob = await flow.blobs.write(
    (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  );
  const { message } = reportOf(id, "");
  message.remove("raw");
  return { id, message, blob };
}

const idsOf = (received: readonly ReceivedMessage[]) => received.map(({ envelope }) => envelope?.id);
const rawsOf = (received: readonly ReceivedMessage[]) =>
  received.map(({ envelope }) => envelope?.message.getDecoded("raw"));

/** The events 0 to `count` - 1, each once, in order. */
function expectAll(received: readonly ReceivedMessage[], count: number): void {
  const found = numbersOf(received);
  expect({ count: found.length, firstOutOfPlace: found.findIndex((number, index) => number !== index) }).toEqual({
    count,
    firstOutOfPlace: -1,
  });
}

describe("a short report", () => {
  it("gives events with its feed, the text of their record, and ids of their place", async () => {
    await flow.start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n"), reportOf("r2", "3\n"));
    await flow.emptied("parse-queue");
    const sent = await flow.waiting("next");
    expect(numbersOf(sent)).toEqual([1, 2, 3]);
    expect(rawsOf(sent)).toEqual(["1", "2", "3"]);
    expect(idsOf(sent)).toEqual(["r1/0", "r1/1", "r2/0"]);
    expect(new Set(sent.map(({ envelope }) => envelope?.message.get("feed.name")))).toEqual(new Set(["Test"]));
    expect((await flow.broker.counters()).get("parse")).toMatchObject({
      received: 2,
      failed: 0,
      sent: { _default: 3 },
    });
  });

  it("gives several events of one record, or none", async () => {
    const several = parser({
      parse(line, event, report) {
        if (line === "skip") return undefined;
        if (line === "none") return [];
        const second = event.clone();
        second.set("comment", String(report.get("feed.name")));
        return [parse("1", event), parse("2", second)];
      },
    });
    await flow.start({ id: "parse", definition: several, to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "skip\nboth\nnone\n"));
    await flow.emptied("parse-queue");
    const sent = await flow.waiting("next");
    expect(idsOf(sent)).toEqual(["r1/1/0", "r1/1/1"]);
    expect(rawsOf(sent)).toEqual(["both", "both"]);
    expect(sent[1]?.envelope?.message.get("comment")).toBe("Test");
  });

  it("gives its events what they lack: default_fields, and fields that the collector provided", async () => {
    const own = parser({
      parse(line, event) {
        if (line === "2") event.set("comment", "its own");
        if (line === "2") event.set("raw", "its own, too");
        return parse(line, event);
      },
    });
    const parameters = {
      default_fields: { comment: "by default" },
      copy_collector_provided_fields: "extra.file_name",
    };
    await flow.start({ id: "parse", definition: own, parameters, to: ["next"] });
    const report = reportOf("r1", "1\n2\n");
    report.message.set("extra.file_name", "feed.csv");
    report.message.set("extra.other", "not asked for");
    await flow.put("parse-queue", report);
    await flow.emptied("parse-queue");
    const sent = await flow.waiting("next");
    const valuesOf = (field: string) => sent.map(({ envelope }) => envelope?.message.get(field));
    expect(valuesOf("comment")).toEqual(["by default", "its own"]);
    expect(valuesOf("extra.file_name")).toEqual(["feed.csv", "feed.csv"]);
    expect(valuesOf("extra.other")).toEqual([undefined, undefined]);
    expect(rawsOf(sent)).toEqual(["1", "its own, too"]);
  });

  it.each([{ "no.field": "x" }, { "source.ip": "no address" }])(
    "keeps the bot from starting when default_fields are wrong: %j",
    async (fields) => {
      const runner = await flow.prepare({ id: "parse", definition: parser(), parameters: { default_fields: fields } });
      await expect(runner.start()).rejects.toMatchObject({ code: "WEIR_RUN_DEFAULT_FIELD_INVALID" });
    },
  );

  it("without data is done with a warning", async () => {
    await flow.start({ id: "parse", definition: parser(), to: ["next"] });
    const empty = reportOf("r1", "");
    empty.message.remove("raw");
    await flow.put("parse-queue", empty, reportOf("r2", "1\n"));
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1]);
    expect(flow.log).toContainEqual(
      expect.objectContaining({ level: "WARNING", message: expect.stringContaining("without raw") }),
    );
  });

  it("is read to its end when the bot is stopped meanwhile, and those behind it, too", async () => {
    let runner: BotRunner | undefined;
    let stopped: Promise<void> | undefined;
    const stopping = parser({
      parse(line, event) {
        if (line === "500") stopped ??= runner?.stop("A test stops it.");
        return parse(line, event);
      },
    });
    [runner] = await flow.start({ id: "parse", definition: stopping, to: ["next"] });
    const texts = [numbers(2500), numbers(500, 2500)].map((part) => part.join("\n"));
    await flow.put("parse-queue", ...texts.map((text, index) => reportOf(`r${index}`, text)));
    await until(() => expect(stopped).toBeDefined());
    await stopped;
    await flow.again().start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.emptied("parse-queue");
    expectAll(await flow.waiting("next"), 3000);
  });
});

describe("a record that fails", () => {
  const refusing = parser({
    parse(line, event) {
      if (line === "2") throw new Error("two");
      return parse(line, event);
    },
  });

  it("becomes a dead letter of its own, a report with just that record; the others go on", async () => {
    const paths = { _on_error: ["errors"] };
    await flow.start({ id: "parse", definition: refusing, to: ["next"], paths });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n3\n"));
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 3]);
    const [letter, ...others] = await flow.letters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ bot: "parse", queue: "parse-queue", attempts: 1, error: { message: "two" } });
    expect(letter?.envelope?.id).toBe("r1/1");
    expect(letter?.envelope?.message.type).toBe("Report");
    expect(letter?.envelope?.message.getDecoded("raw")).toBe("2");
    expect(letter?.envelope?.message.get("feed.name")).toBe("Test");
    expect(rawsOf(await flow.waiting("errors"))).toEqual(["2"]);
    expect((await flow.broker.counters()).get("parse")).toMatchObject({
      received: 1,
      failed: 1,
      sent: { _default: 2 },
    });
  });

  it("is read again alone when its letter is put back", async () => {
    const [runner] = await flow.start({ id: "parse", definition: refusing, to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n3\n"));
    await flow.emptied("parse-queue");
    await runner?.stop("Its parser is mended.");
    await flow.broker.deadLetters.retry((await flow.letters()).map(({ id }) => id));
    await flow.again().start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 3, 2]);
    expect(await flow.letters()).toEqual([]);
  });

  it("may be one that the reader could not read; what is kept of it is the original", async () => {
    const records: RecordReader<string> = {
      async *read(body) {
        yield {
          records: ["1", new UnreadableRecord(new Error("broken quotes")), "3"],
          raw: (index) => Base64Value.ofText(`record ${index}`),
          original: (index) => Base64Value.ofText(`header\nrecord ${index}`),
          mark: { offset: body.size, record: 3 },
        };
      },
    };
    await flow.start({ id: "parse", definition: parser({ records }), to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "any"));
    await flow.emptied("parse-queue");
    expect(rawsOf(await flow.waiting("next"))).toEqual(["record 0", "record 2"]);
    const [letter] = await flow.letters();
    expect(letter?.error.message).toBe("broken quotes");
    expect(letter?.envelope?.message.getDecoded("raw")).toBe("header\nrecord 1");
  });

  it("fails the whole report with failure: report; events before it stay sent", async () => {
    const strict = parser(
      {
        parse(line, event) {
          if (line === "2") throw new Error("two");
          return parse(line, event);
        },
      },
      "report",
    );
    await flow.start({ id: "parse", definition: strict, to: ["next"], paths: { _on_error: ["errors"] } });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n3\n"), reportOf("r2", "4\n"));
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 4]);
    const [letter] = await flow.letters();
    expect(letter).toMatchObject({ attempts: 1, error: { code: "WEIR_RUN_REPORT_UNREADABLE" } });
    expect(letter?.error.message).toContain("1 events before");
    expect(letter?.envelope?.message.getDecoded("raw")).toBe("1\n2\n3\n");
    expect(idsOf(await flow.waiting("errors"))).toEqual(["r1"]);
  });
});

describe("a report that cannot be read on", () => {
  it("is tried again while nothing of it was sent", async () => {
    let tries = 0;
    const later = parser({
      startReport() {
        tries += 1;
        if (tries < 3) throw new Error("not yet");
      },
    });
    const parameters = { error_max_retries: 2, error_retry_delay: 0.01 };
    await flow.start({ id: "parse", definition: later, parameters, to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n"));
    await until(async () => expect(await flow.waiting("next")).toHaveLength(2));
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2]);
    expect(await flow.letters()).toEqual([]);
  });

  it("is a dead letter after the last try, with its body, long as it may be", async () => {
    const never = parser({
      startReport() {
        throw new Error("never");
      },
    });
    const parameters = { error_max_retries: 1, error_retry_delay: 0.01 };
    await flow.start({ id: "parse", definition: never, parameters, to: ["next"] });
    const report = await longReport("r1", textOf(5000));
    await flow.put("parse-queue", report);
    await flow.emptied("parse-queue");
    await until(async () => expect(await flow.letters()).toHaveLength(1));
    const [letter] = await flow.letters();
    expect(letter).toMatchObject({ attempts: 2, envelope: { id: "r1", blob: report.blob } });
    expect((await flow.broker.sizes()).blobBytes).toBe(report.blob?.bytes);
    await flow.broker.deadLetters.drop([letter?.id ?? ""]);
    await until(async () => expect((await flow.broker.sizes()).blobBytes).toBe(0));
  });

  it("is a dead letter at once when events of it were sent, which stay so", async () => {
    const records: RecordReader<string> = {
      async *read() {
        yield { records: ["1", "2"], raw: () => Base64Value.ofText("raw"), mark: { offset: 4, record: 2 } };
        throw new Error("the rest is damaged");
      },
    };
    await flow.start({ id: "parse", definition: parser({ records }), to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "1\n2\n?"));
    await flow.emptied("parse-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2]);
    const letters = await flow.letters();
    expect(letters).toMatchObject([{ attempts: 1, error: { code: "WEIR_RUN_REPORT_UNREADABLE" } }]);
    expect(letters[0]?.error.message).toMatch(/2 events before.*the rest is damaged/);
  });

  it("asks for the bot to be stopped with error_procedure: stop", async () => {
    const never = parser({
      startReport() {
        throw new Error("never");
      },
    });
    const parameters = { ...once, error_procedure: "stop" };
    await flow.start({ id: "parse", definition: never, parameters, to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", "1\n"));
    await until(() => expect(flow.stopRequests).toEqual(["parse"]));
    expect(await flow.letters()).toHaveLength(1);
  });
});

describe("a long report", () => {
  it("is read in pieces, each with a mark of how far it got; its body goes with the last", async () => {
    const commit = vi.spyOn(flow.broker, "commit");
    await flow.start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.put("parse-queue", await longReport("r1", textOf(4500)));
    await flow.emptied("parse-queue");
    const sent = await flow.waiting("next");
    expectAll(sent, 4500);
    expect(idsOf(sent).slice(-2)).toEqual(["r1/4498", "r1/4499"]);
    const units = commit.mock.calls.map(([unit]) => unit).filter(({ enqueue = [] }) => enqueue.length > 0);
    const marks = units.flatMap(({ progress = [] }) => progress.map(({ mark }) => [mark.offset, mark.record]));
    expect(marks).toEqual([1, 2, 3, 4].map((piece) => [piece * 21_000, piece * 1000]));
    expect(units.map(({ acknowledge = [] }) => acknowledge.length)).toEqual([0, 0, 0, 0, 1]);
    expect((await flow.broker.counters()).get("parse")).toMatchObject({ received: 1, sent: { _default: 4500 } });
    expect((await flow.broker.sizes()).blobBytes).toBe(0);
  });

  it("goes on at its mark after a stop, with what the parser remembered", async () => {
    const restored: unknown[] = [];
    let runner: BotRunner | undefined;
    let stopped: Promise<void> | undefined;
    const remembering = (stopAt: number): ParserDefinition =>
      defineParser({
        ...described,
        create() {
          let seen = 0;
          return {
            records: lines(),
            parse(line, event) {
              if (Number(line) === stopAt) stopped = runner?.stop("A test stops it.");
              event.set("extra.seen", seen);
              seen += 1;
              return parse(line, event);
            },
            save: () => ({ seen }),
            restore(saved) {
              restored.push(saved);
              seen = (saved as { seen: number }).seen;
            },
          };
        },
      });
    [runner] = await flow.start({ id: "parse", definition: remembering(1500), to: ["next"] });
    await flow.put("parse-queue", await longReport("r1", textOf(3500)), await longReport("r2", textOf(2500, 3500)));
    await until(() => expect(stopped).toBeDefined());
    await stopped;
    expect(runner?.node.status.state).toBe("stopped");
    expectAll(await flow.waiting("next"), 2000);
    expect(idsOf(await flow.waiting("parse-queue"))).toEqual(["r1", "r2"]);

    await flow.again().start({ id: "parse", definition: remembering(-1), to: ["next"] });
    await flow.emptied("parse-queue");
    const sent = await flow.waiting("next");
    expectAll(sent, 6000);
    expect(restored).toEqual([{ seen: 2000 }]);
    expect(sent[2500]?.envelope?.message.get("extra.seen")).toBe(2500);
    expect((await flow.broker.counters()).get("parse")).toMatchObject({ received: 2, sent: { _default: 6000 } });
    expect((await flow.broker.sizes()).blobBytes).toBe(0);
  });

  it("goes on at its mark when the flow broke", async () => {
    const commit = flow.broker.commit.bind(flow.broker);
    let units = 0;
    vi.spyOn(flow.broker, "commit").mockImplementation(async (unit, before) => {
      units += 1;
      if (units >= 3) throw new Error("the disk is gone");
      return commit(unit, before);
    });
    await flow.start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.put("parse-queue", await longReport("r1", textOf(5000)));
    await until(() => expect(flow.broken()).toMatchObject({ message: "the disk is gone" }));
    expectAll(await flow.waiting("next"), 2000);
    await flow.again().start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.emptied("parse-queue");
    expectAll(await flow.waiting("next"), 5000);
  });

  it("that comes again for another try is neither lost nor doubled when the bot is stopped in it", async () => {
    let tries = 0;
    let runner: BotRunner | undefined;
    let stopped: Promise<void> | undefined;
    const flaky = parser({
      startReport() {
        tries += 1;
        if (tries === 1) throw new Error("not yet");
      },
      parse(line, event) {
        if (Number(line) === 500) stopped ??= runner?.stop("A test stops it.");
        return parse(line, event);
      },
    });
    const parameters = { error_retry_delay: 0.01 };
    [runner] = await flow.start({ id: "parse", definition: flaky, parameters, to: ["next"] });
    await flow.put("parse-queue", reportOf("r1", textOf(5000))); // long, and yet inside the message
    await until(() => expect(stopped).toBeDefined());
    await stopped;
    expectAll(await flow.waiting("next"), 1000);
    await flow.again().start({ id: "parse", definition: parser(), to: ["next"] });
    await flow.emptied("parse-queue");
    expectAll(await flow.waiting("next"), 5000);
  });

  it("has failing records of their own in every piece", async () => {
    const refusing = parser({
      parse(line, event) {
        if (Number(line) % 1000 === 7) throw new Error("seven");
        return parse(line, event);
      },
    });
    await flow.start({ id: "parse", definition: refusing, to: ["next"] });
    await flow.put("parse-queue", await longReport("r1", textOf(3500)));
    await flow.emptied("parse-queue");
    expect(await flow.waiting("next")).toHaveLength(3496);
    const letters = await flow.letters();
    expect(letters.map(({ envelope }) => envelope?.id)).toEqual(["r1/7", "r1/1007", "r1/2007", "r1/3007"]);
    expect(letters.map(({ envelope }) => Number(envelope?.message.getDecoded("raw")))).toEqual([7, 1007, 2007, 3007]);
    expect(letters.every(({ envelope }) => envelope?.blob === undefined)).toBe(true);
    expect(numberOf((await flow.waiting("next"))[7]?.envelope?.message)).toBe(8);
  });
});
