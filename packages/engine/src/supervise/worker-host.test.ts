/** The bots of one worker, here in the test's own thread. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, defaultHarmonization, parseMessage } from "@weir/format";
import { afterEach, describe, expect, it } from "vitest";
import { builtFile } from "../broker/built-file.ts";
import { openStore } from "../broker/embedded/open-store.ts";
import { readBotnetFile } from "../config/botnet-file.ts";
import { findPlaces } from "../config/places.ts";
import { defaultFields } from "../testing/default-fields.ts";
import { openWorker } from "./open-worker.ts";
import { sendSettings } from "./sent-settings.ts";
import type { WorkerEvent } from "./worker-protocol.ts";

const fields = defaultFields();
const catalogueUrl = builtFile(import.meta.url, "./bots.test.child").href;
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A worker with one expert, `a`, that has these parameters. */
async function worker(parameters: Readonly<Record<string, unknown>>) {
  const directory = mkdtempSync(join(tmpdir(), "weir-worker-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  const own = { destination_queues: { _default: ["out"] }, error_max_retries: 0, ...parameters };
  const text = JSON.stringify({ a: { module: "test.fragile", parameters: own } });
  writeFileSync(join(directory, "runtime.yaml"), text);
  const places = findPlaces({ root: directory });
  const { broker, connect } = await openStore({ directory: places.stateDir, fields, thread: false });
  opened.push(() => broker.close());
  const events: WorkerEvent[] = [];
  const data = { store: connect(), catalogueUrl, places, harmonization: defaultHarmonization };
  const host = await openWorker(data, (event) => events.push(event));
  opened.push(() => host.handle({ op: "shutdown", deadline: 1000 }));
  const bots = (await readBotnetFile(places.runtimeFile)).settings.bots.map(sendSettings);
  await host.handle({ op: "configure", bots, assignments: [{ id: "a", cut: false, rank: 0 }], handed: [] });
  return {
    events,
    start: () => host.handle({ op: "start", bot: "a" }),
    stop: () => host.handle({ op: "stop", bot: "a", reason: "Enough.", deadline: 1000 }),
    tap: (count: number) => host.handle({ op: "tap", bot: "a", tap: 7, count }),
    status: () => host.handle({ op: "status" }),
    waiting: async (queue: string) => (await broker.depths()).get(queue)?.messages ?? 0,
    send: (...comments: readonly string[]) =>
      broker.commit({
        enqueue: [
          {
            queue: "a-queue",
            envelopes: comments.map((comment, index) => ({
              id: `${comment}/${index}`,
              message: createEvent(fields.event, [["comment", comment]]),
            })),
          },
        ],
      }),
  };
}

describe("WorkerHost", () => {
  it("starts a bot once its last stop is done, also when both are asked for at once", async () => {
    const { start, stop, status } = await worker({ holds: join(tmpdir(), `weir-held-${process.pid}`) });
    expect(await start()).toMatchObject({ state: "running" });
    const [stopped, started] = await Promise.all([stop(), start()]);
    expect(stopped).toMatchObject({ state: "stopped", reason: "Enough." });
    expect(started).toMatchObject({ state: "running" });
    expect(await status()).toMatchObject([{ id: "a", status: { state: "running" } }]);
  });

  it("leaves a bot that runs alone when it is to be started", async () => {
    const { start, status } = await worker({});
    const first = await start();
    expect(await start()).toEqual(first);
    expect(await status()).toMatchObject([{ id: "a", status: first }]);
  });

  it("stops a bot that does not close, says so, and can start it again", async () => {
    const { start, stop, events } = await worker({ closes: "badly" });
    await start();
    const reason = "Enough. Closing it failed: it does not close";
    expect(await stop()).toMatchObject({ state: "stopped", reason });
    expect(events).toMatchObject([{ event: "log", entry: { bot: "a", level: "ERROR", message: reason } }]);
    expect(await start()).toMatchObject({ state: "running" });
  });

  it("ends a bot whose message was given up when error_procedure is stop, and tells", async () => {
    const { start, send, events, status, waiting } = await worker({ error_procedure: "stop" });
    await start();
    await send("refuse");
    const reason = "A message was given up and error_procedure is stop.";
    await expect
      .poll(() => events.find(({ event }) => event === "ended"), { timeout: 30_000, interval: 10 })
      .toEqual({
        event: "ended",
        bot: "a",
        reason,
      });
    expect(await status()).toMatchObject([{ id: "a", status: { state: "stopped", reason } }]);
    await send("later");
    expect(await waiting("a-queue")).toBe(1);
  });

  it("shows samples of what goes in and out, so many and no more", async () => {
    const { start, send, tap, events, waiting } = await worker({ label: "seen" });
    await start();
    await tap(2);
    await send(...Array.from({ length: 50 }, (_, index) => `event ${index}`));
    await expect.poll(() => waiting("out"), { timeout: 30_000, interval: 10 }).toBe(50);
    const samples = events.flatMap((event) => (event.event === "tap" ? [event] : []));
    expect(samples).toMatchObject([
      { bot: "a", tap: 7, direction: "in", path: "" },
      { bot: "a", tap: 7, direction: "out", path: "_default" },
    ]);
    const comments = samples.map(({ message }) => parseMessage(message, fields, "Event").text("comment"));
    expect(comments).toEqual(["event 0", "seen"]);
  });
});
