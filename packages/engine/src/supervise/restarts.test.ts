/** When the supervisor starts again what failed: its workers and the time are in the hands of the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../broker/embedded/open-store.ts";
import { findPlaces } from "../config/places.ts";
import { defaultFields } from "../testing/default-fields.ts";
import { catalogue } from "./bots.test.child.ts";
import { Supervisor } from "./supervisor.ts";
import type { WorkerPort } from "./worker-client.ts";
import type { WorkerReply, WorkerRequest } from "./worker-protocol.ts";

const opened: (() => unknown)[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of opened.splice(0).reverse()) await close();
});

/** A worker that answers as it is told, or not at all, and ends when it is told. */
class TestWorker implements WorkerPort {
  readonly asked: WorkerRequest[] = [];
  readonly #answer: (request: WorkerRequest) => unknown;
  readonly #listeners = new Map<string, (value: never) => void>();

  constructor(answer: (request: WorkerRequest) => unknown) {
    this.#answer = answer;
  }

  on(event: string, listener: (value: never) => void): void {
    this.#listeners.set(event, listener);
  }

  postMessage({ id, request }: { readonly id: number; readonly request: WorkerRequest }): void {
    this.asked.push(request);
    const result = this.#answer(request);
    if (result !== "silence") queueMicrotask(() => this.#emit("message", { reply: id, result }));
  }

  async terminate(): Promise<void> {
    this.#emit("exit", 1);
  }

  die(message: string): void {
    this.#emit("error", new Error(message));
    this.#emit("exit", 1);
  }

  #emit(event: string, value: WorkerReply | Error | number): void {
    this.#listeners.get(event)?.(value as never); // the supervisor's listener for this event
  }
}

async function botnet(answer: (request: WorkerRequest) => unknown) {
  const directory = mkdtempSync(join(tmpdir(), "weir-restarts-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(
    join(directory, "runtime.yaml"),
    "a: {module: test.fragile, parameters: {destination_queues: {_default: [x]}}}\n",
  );
  const places = findPlaces({ root: directory });
  const { broker } = await openStore({ directory: places.stateDir, fields: defaultFields(), thread: false });
  const workers: TestWorker[] = [];
  const supervisor = new Supervisor({
    places,
    catalogue,
    broker,
    workers: 1,
    spawn() {
      const worker = new TestWorker(answer);
      workers.push(worker);
      return worker;
    },
    log: () => undefined,
  });
  opened.push(() => supervisor.close(0));
  await supervisor.configure();
  return { supervisor, workers, status: async () => (await supervisor.status())[0]?.status };
}

const running = { state: "running", reason: "Waiting for messages.", since: 0 };
const failed = { state: "failed", reason: "It could not start: no", since: 0 };

describe("a worker that keeps dying", () => {
  it("is started again after 1 s, 2 s, 4 s, and its bots with it", async () => {
    const { supervisor, workers, status } = await botnet(({ op }) => (op === "start" ? running : []));
    await supervisor.start(["a"]);
    for (const [deaths, pause] of [1000, 2000, 4000].entries()) {
      workers.at(-1)?.die("torn");
      const until = Date.now() + pause;
      expect(await status()).toEqual({ state: "failed", reason: "Its worker failed: torn", since: Date.now(), until });
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(workers).toHaveLength(deaths + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(workers).toHaveLength(deaths + 2);
      expect(workers.at(-1)?.asked).toMatchObject([{ op: "configure" }, { op: "start", bot: "a" }]);
    }
  });

  it("stays down when nobody wants its bots any more", async () => {
    const { supervisor, workers, status } = await botnet(({ op }) => (op === "start" ? running : []));
    await supervisor.start(["a"]);
    workers[0]?.die("torn");
    expect(await supervisor.stop(["a"])).toMatchObject({ a: { state: "stopped" } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(workers).toHaveLength(1);
    expect(await status()).toMatchObject({ state: "stopped", reason: "It was stopped by command." });
  });

  it("tells the reason to whoever asked for the start, and does not leave a question about it open", async () => {
    const { supervisor, workers, status } = await botnet(({ op }) => (op === "configure" ? [] : "silence"));
    const start = supervisor.start(["a"]);
    await vi.waitFor(() => expect(workers[0]?.asked).toHaveLength(2));
    const asked = status();
    workers[0]?.die("torn");
    const reason = "Its worker failed: torn";
    expect(await start).toMatchObject({ a: { state: "failed", reason, until: Date.now() + 1000 } });
    expect(await asked).toMatchObject({ state: "failed", reason });
  });
});

describe("a bot that cannot start", () => {
  it("is tried again after 5 s, until it runs", async () => {
    let answer: unknown = failed;
    const { supervisor, workers } = await botnet(({ op }) => (op === "start" ? answer : []));
    const starts = () => workers[0]?.asked.filter(({ op }) => op === "start").length;
    expect(await supervisor.start(["a"])).toEqual({ a: failed });
    await vi.advanceTimersByTimeAsync(4999);
    expect(starts()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(starts()).toBe(2);
    answer = running;
    await vi.advanceTimersByTimeAsync(5000);
    expect(starts()).toBe(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(starts()).toBe(3);
  });

  it("is not tried again once it was stopped", async () => {
    const { supervisor, workers } = await botnet(({ op }) => (op === "start" ? failed : []));
    await supervisor.start(["a"]);
    await supervisor.stop(["a"]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(workers[0]?.asked.filter(({ op }) => op === "start")).toHaveLength(1);
  });
});
