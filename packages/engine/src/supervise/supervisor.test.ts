/** Botnets in real workers: what is run, what fails and why, what a reload touches. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createEvent, defaultHarmonization } from "@weir/format";
import { afterEach, describe, expect, it } from "vitest";
import { builtFile } from "../broker/built-file.ts";
import { openStore } from "../broker/embedded/open-store.ts";
import { findPlaces } from "../config/places.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import { defaultFields } from "../testing/default-fields.ts";
import type { SupervisedBot } from "./bot-state.ts";
import { catalogue } from "./bots.test.child.ts";
import { spawnWorker } from "./spawn-worker.ts";
import { Supervisor } from "./supervisor.ts";

const fields = defaultFields();
const catalogueUrl = builtFile(import.meta.url, "./bots.test.child").href;
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** An expert that reads `<id>-queue` and sends to `<id>-out`, which nobody reads. */
function expert(id: string, parameters = "", more = ""): string {
  return `${id}:
  module: test.fragile
  ${more}
  parameters:
    destination_queues: {_default: [${id}-out]}
    error_max_retries: 0
    ${parameters}
`;
}

/** A botnet of one worker, configured and not started. */
async function botnet(runtime: string) {
  const directory = mkdtempSync(join(tmpdir(), "weir-supervisor-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  const write = (text: string): void => writeFileSync(join(directory, "runtime.yaml"), text);
  write(runtime);
  const places = findPlaces({ root: directory });
  const store = await openStore({ directory: places.stateDir, fields, thread: false });
  const workers: Worker[] = [];
  const logged: Omit<LogEntry, "time">[] = [];
  /** How the bots were when the supervisor complained. */
  const statusAtTrouble: Promise<readonly SupervisedBot[]>[] = [];
  const supervisor = new Supervisor({
    places,
    catalogue,
    broker: store.broker,
    workers: 1,
    spawn: (number) => {
      const data = { store: store.connect(), catalogueUrl, places, harmonization: defaultHarmonization };
      const port = spawnWorker({ ...data, number, ownBots: false });
      if (!(port instanceof Worker)) throw new Error("a worker is a thread");
      opened.push(() => port.terminate());
      workers.push(port);
      return port;
    },
    log(entry) {
      logged.push(entry);
      if (entry.bot === "weir") statusAtTrouble.push(supervisor.status());
    },
  });
  opened.push(() => supervisor.close(1000));
  await supervisor.configure();
  const statusOf = async (id: string) => (await supervisor.status()).find((bot) => bot.id === id)?.status;
  const waiting = async (queue: string): Promise<number> => (await store.broker.depths()).get(queue)?.messages ?? 0;
  return {
    directory,
    supervisor,
    workers,
    logged,
    statusAtTrouble,
    write,
    statusOf,
    waiting,
    broker: store.broker,
    /** Puts an event with this comment before an expert. */
    async send(id: string, comment: string): Promise<void> {
      const message = createEvent(fields.event, [["comment", comment]]);
      await store.broker.commit({
        enqueue: [{ queue: `${id}-queue`, envelopes: [{ id: `${id}-${comment}`, message }] }],
      });
    },
    /** Comments of what an expert sent, once there are so many. */
    async sent(id: string, count: number): Promise<readonly (string | undefined)[]> {
      await expect.poll(() => waiting(`${id}-out`), { timeout: 30_000, interval: 10 }).toBe(count);
      const found = await store.broker.peek(`${id}-out`, { count });
      return found.map(({ envelope }) => envelope?.message.text("comment"));
    },
    /** Resolves when the bot is in this state. */
    state: (id: string, state: string) =>
      expect.poll(async () => (await statusOf(id))?.state, { timeout: 30_000, interval: 10 }).toBe(state),
  };
}

describe("starting and stopping", () => {
  it("starts single bots; what comes for a stopped one waits until it is started again", async () => {
    const { supervisor, send, sent, statusOf, waiting } = await botnet(expert("a", "label: A") + expert("b"));
    expect(await statusOf("a")).toMatchObject({ state: "stopped", reason: "It was not started." });
    expect(await supervisor.start(["a"])).toMatchObject({ a: { state: "running" } });
    expect(await statusOf("b")).toMatchObject({ state: "stopped", reason: "It was not started." });
    await send("a", "1");
    expect(await sent("a", 1)).toEqual(["A"]);

    const stopped = { state: "stopped", reason: "It was stopped by command." };
    expect(await supervisor.stop(["a"])).toMatchObject({ a: stopped });
    expect(await statusOf("a")).toMatchObject(stopped);
    await send("a", "2");
    expect(await supervisor.stop(["a"])).toMatchObject({ a: { state: "stopped" } }); // twice does no harm
    expect(await waiting("a-queue")).toBe(1);

    await supervisor.start(["a"]);
    expect(await sent("a", 2)).toEqual(["A", "A"]);
  });

  it("shows a disabled bot as such, and starts it when it is named", async () => {
    const { supervisor, statusOf } = await botnet(expert("a") + expert("b", "", "enabled: false"));
    expect(supervisor.ids.filter((id) => supervisor.isEnabled(id))).toEqual(["a"]);
    expect(await statusOf("b")).toMatchObject({ state: "disabled" });
    expect(await supervisor.start(["b"])).toMatchObject({ b: { state: "running" } });
    await supervisor.stop(["b"]);
    expect(await statusOf("b")).toMatchObject({ state: "disabled", reason: "It was stopped by command." });
  });

  it("lets a scheduled collector end after one run, and hurries one that waits", async () => {
    const { supervisor, state, statusOf, waiting } = await botnet(`
once: {module: test.texts, run_mode: scheduled, parameters: {texts: "x,y", destination_queues: {_default: [x]}}}
often: {module: test.texts, parameters: {texts: "z", rate_limit: 3600, destination_queues: {_default: [z]}}}
`);
    await supervisor.start(["once", "often"]);
    await state("once", "stopped");
    expect(await statusOf("once")).toMatchObject({ reason: "The scheduled run is done." });
    expect(await waiting("x")).toBe(2);
    await state("often", "waiting");
    expect(await statusOf("often")).toMatchObject({ reason: "Waiting for its rate limit." });
    await supervisor.hurry(["often"]);
    await expect.poll(() => waiting("z"), { timeout: 30_000, interval: 10 }).toBe(2);
  });

  it("ends its workers when it is closed, and what was in work is on disk", async () => {
    const { supervisor, directory, send, sent, logged, workers } = await botnet(expert("a"));
    await supervisor.start(["a"]);
    await send("a", "1");
    await sent("a", 1);
    const ended = workers.map((worker) => once(worker, "exit"));
    await supervisor.close(1000);
    expect(await Promise.all(ended)).toEqual([[0]]);
    expect(logged).toEqual([]);
    const log = readFileSync(join(directory, ".weir", "log", "a.log"), "utf8");
    expect(log).toContain("Bot is starting.");
    expect(log).toContain("Bot stopped.");
    const { broker } = await openStore({ directory: join(directory, ".weir"), fields, thread: false });
    opened.push(() => broker.close());
    const depths = [...(await broker.depths())].map(([queue, { messages }]) => [queue, messages]);
    expect(depths).toEqual([
      ["a-out", 1],
      ["a-queue", 0],
    ]);
  });
});

describe("bots that fail", () => {
  it("shows a bot that throws in open with the reason, runs the others, and starts it once the cause is gone", async () => {
    const place = join(tmpdir(), `weir-obstacle-${process.pid}`);
    writeFileSync(place, "");
    opened.push(() => rmSync(place, { force: true }));
    const { supervisor, send, sent, statusOf } = await botnet(expert("a", `obstacle: ${place}`) + expert("b"));
    const failed = { state: "failed", reason: `It could not start: ${place} is there` };
    expect(await supervisor.start(["a", "b"])).toMatchObject({ a: failed, b: { state: "running" } });
    expect(await statusOf("a")).toMatchObject(failed);
    await send("a", "1");
    await send("b", "1");
    expect(await sent("b", 1)).toEqual(["none"]);

    unlinkSync(place);
    expect(await supervisor.start(["a"])).toMatchObject({ a: { state: "running" } });
    expect(await sent("a", 1)).toEqual(["none"]);
  });

  it("says what the configuration has against a bot, and runs the others", async () => {
    const { supervisor } = await botnet(
      `${expert("a", "label: {x: 1}")}${expert("b")}c: {module: test.unheard-of, parameters: {}}\n`,
    );
    expect(await supervisor.start(["a", "b", "c", "d"])).toEqual({
      a: expect.objectContaining({
        state: "failed",
        reason: expect.stringMatching(/^runtime\.yaml:7:12: label has to be text/),
      }),
      b: expect.objectContaining({ state: "running" }),
      c: expect.objectContaining({
        state: "failed",
        reason: expect.stringMatching(/^runtime\.yaml:15:13: there is no bot module "test\.unheard-of"/),
      }),
      d: expect.objectContaining({ state: "failed", reason: "The configuration has no such bot." }),
    });
  });

  it("starts a worker that died again, with its bots, and does over what was not committed", async () => {
    const { supervisor, send, sent, statusOf, statusAtTrouble, logged } = await botnet(expert("a") + expert("b"));
    await supervisor.start(["a", "b"]);
    await supervisor.stop(["b"]);
    const before = Date.now();
    await send("a", "crash");
    expect(await sent("a", 1)).toEqual(["none"]);
    const [failed] = (await statusAtTrouble[0]) ?? [];
    expect(failed?.status).toMatchObject({ state: "failed", reason: "Its worker failed: the thread is torn" });
    expect(failed?.status.until).toBeGreaterThanOrEqual(before + 1000);
    expect(logged).toEqual([
      expect.objectContaining({
        bot: "weir",
        level: "ERROR",
        message: "Worker 0 with 1 bots failed (the thread is torn); it is started again in 1 s.",
        stack: expect.stringContaining("the thread is torn"),
      }),
    ]);
    expect(await statusOf("a")).toMatchObject({ state: "running" });
    expect(await statusOf("b")).toMatchObject({ state: "stopped", reason: "It was stopped by command." });
  });

  it("keeps a message that a bot refuses, and tells of it", async () => {
    const { supervisor, send, sent, broker, logged } = await botnet(expert("a"));
    await supervisor.start(["a"]);
    await send("a", "refuse");
    await send("a", "1");
    expect(await sent("a", 1)).toEqual(["none"]);
    const { letters } = await broker.deadLetters.list({ limit: 10 });
    expect(letters).toMatchObject([{ bot: "a", error: { message: "it was told to refuse" } }]);
    expect(logged).toMatchObject([{ bot: "a", level: "ERROR" }]);
  });
});

describe("reload", () => {
  const old = expert("a", "label: A") + expert("b", "label: B") + expert("c") + expert("d");

  it("starts what is new, stops what is gone, restarts what changed, and touches nothing else", async () => {
    const { supervisor, write, send, sent, statusOf, waiting } = await botnet(old);
    await supervisor.start(["a", "b", "c"]);
    const since = (await statusOf("a"))?.since;
    write(
      expert("a", "label: A") +
        expert("b", "label: B2") +
        expert("d", "label: D2") +
        expert("e") +
        expert("f", "", "enabled: false"),
    );
    expect(await supervisor.reload()).toEqual({ started: ["e"], stopped: ["c"], restarted: ["b"], failed: {} });
    expect(supervisor.ids).toEqual(["a", "b", "d", "e", "f"]);
    expect(await statusOf("a")).toMatchObject({ state: "running", since });
    expect(await statusOf("b")).toMatchObject({ state: "running" });
    expect(await statusOf("d")).toMatchObject({ state: "stopped" });
    expect(await statusOf("e")).toMatchObject({ state: "running" });
    expect(await statusOf("f")).toMatchObject({ state: "disabled" });
    for (const id of ["a", "b", "c"]) await send(id, "1");
    expect(await sent("a", 1)).toEqual(["A"]);
    expect(await sent("b", 1)).toEqual(["B2"]);
    expect(await waiting("c-queue")).toBe(1);
    expect(await supervisor.reload()).toEqual({ started: [], stopped: [], restarted: [], failed: {} });
  });

  it("does not forget what changed when the file was read for another bot meanwhile", async () => {
    const { supervisor, write, send, sent } = await botnet(old);
    await supervisor.start(["a", "b"]);
    write(old.replace("label: A", "label: A2").replace("label: B", "label: B2"));
    expect(await supervisor.reload([])).toEqual({ started: [], stopped: [], restarted: [], failed: {} });
    await supervisor.stop(["a"]);
    await supervisor.start(["a"]); // as it is written now
    expect(await supervisor.reload()).toMatchObject({ restarted: ["b"] });
    await send("a", "1");
    await send("b", "1");
    expect(await sent("a", 1)).toEqual(["A2"]);
    expect(await sent("b", 1)).toEqual(["B2"]);
  });

  it("restarts the bots that are named, changed or not", async () => {
    const { supervisor, statusOf } = await botnet(old);
    await supervisor.start(["a", "b"]);
    const since = (await statusOf("b"))?.since;
    expect(await supervisor.reload(["a", "c"])).toEqual({ started: [], stopped: [], restarted: ["a"], failed: {} });
    expect(await statusOf("b")).toMatchObject({ state: "running", since });
    expect(await statusOf("c")).toMatchObject({ state: "stopped" });
  });

  it("refuses a file that is none, and goes on as before", async () => {
    const { supervisor, write, send, sent } = await botnet(old);
    await supervisor.start(["a"]);
    write("a: [");
    await expect(supervisor.reload()).rejects.toMatchObject({ code: "WEIR_BOTNET_UNREADABLE" });
    expect(supervisor.ids).toEqual(["a", "b", "c", "d"]);
    await send("a", "1");
    expect(await sent("a", 1)).toEqual(["A"]);
  });
});

describe("a stage with more to do than a thread can", () => {
  /** Four experts in a line, of which the last two are where the stage would be cut. */
  const line = (sharing: string) =>
    `global: {weir: {workers: 3, stage_sharing: ${sharing}}}\n${["a", "b", "c", "d"]
      .map((id, index, ids) =>
        expert(id).replace(`[${id}-out]`, `[${ids[index + 1] === undefined ? "d-out" : `${ids[index + 1]}-queue`}]`),
      )
      .join("")}`;
  const workersOf = async (supervisor: Supervisor) => (await supervisor.status()).map(({ worker }) => worker);

  it("is shared with a worker that is free; nothing is lost or overtaken on the way", async () => {
    const { supervisor, send, sent, logged } = await botnet(line("auto"));
    await supervisor.start(["a", "b", "c", "d"]);
    expect(await workersOf(supervisor)).toEqual([0, 0, 0, 0]);
    await send("a", "burn");
    await expect.poll(() => workersOf(supervisor), { timeout: 30_000, interval: 20 }).toEqual([0, 0, 1, 1]);
    await send("a", "1");
    await send("c", "2");
    expect(await sent("d", 3)).toEqual(["none", "none", "none"]);
    expect((await supervisor.status()).map(({ status }) => status.state)).toEqual(Array(4).fill("running"));
    expect(logged).toMatchObject([{ level: "INFO", message: expect.stringContaining("goes on with c, d") }]);
  });

  it("starts anew in both workers when the second one ends", async () => {
    const { supervisor, send, sent, state, logged } = await botnet(line("always"));
    await supervisor.start(["a", "b", "c", "d"]);
    expect(await workersOf(supervisor)).toEqual([0, 0, 1, 1]);
    await send("c", "crash"); // also what comes from the first one is not committed meanwhile
    await send("a", "1");
    const failed = () =>
      [0, 1].map((worker) => logged.some(({ message }) => message.startsWith(`Worker ${worker} with 2 bots failed`)));
    await expect.poll(failed, { timeout: 30_000, interval: 10 }).toEqual([true, true]);
    expect(await sent("d", 2)).toEqual(["none", "none"]);
    await state("a", "running");
    await state("d", "running");
  });

  it("stays on one worker when it is told to", async () => {
    const { supervisor, send, sent } = await botnet(line("never"));
    await supervisor.start(["a", "b", "c", "d"]);
    await send("a", "burn");
    expect(await sent("d", 1)).toEqual(["none"]);
    expect(await workersOf(supervisor)).toEqual([0, 0, 0, 0]);
  });
});
