import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openState } from "../../state/open-state.ts";
import { defaultFields } from "../../testing/default-fields.ts";
import { numbersOf } from "../broker-suite.ts";
import { builtFile } from "../built-file.ts";
import { openStore } from "./open-store.ts";

const root = mkdtempSync(join(tmpdir(), "weir-crash-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const total = 200;

/** Runs the work until it ends or is killed. */
function run(
  directory: string,
  killPoint?: string,
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly output: string }> {
  const program = fileURLToPath(builtFile(import.meta.url, "./crash-work.test.child"));
  const env = { ...process.env, ...(killPoint === undefined ? {} : { WEIR_KILL_POINT: killPoint }) };
  const child = spawn(process.execPath, [program, directory, String(total)], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal, output })));
}

describe("the embedded store after SIGKILL", () => {
  it.each([
    "client.before-post:6",
    "store.before-commit:1",
    "store.before-commit:5",
    "store.in-transaction:1",
    "store.in-transaction:7",
    "store.after-commit:1",
    "store.after-commit:4",
    "store.before-blob-removal:2",
  ])("has lost and doubled nothing: killed at %s, then started again", async (point) => {
    const directory = mkdtempSync(join(root, "c"));
    expect(await run(directory, point)).toMatchObject({ signal: "SIGKILL" });
    expect(await run(directory)).toMatchObject({ code: 0, output: "" });

    const { broker } = await openStore({ directory, fields: defaultFields(), thread: false });
    const out = await broker.peek("out", { count: total * 2 });
    expect(numbersOf(out)).toEqual(Array.from({ length: total }, (_, number) => number));
    const state = await openState("consumer", await broker.loadState("consumer"), { now: Date.now });
    expect(state.get("done")).toBe(total);
    expect(state.seen.add("n7".padStart(16, "0"), 0)).toBe(false);
    expect(await broker.counters()).toMatchObject(
      new Map([
        ["producer", { sent: { _default: total } }],
        ["consumer", { received: total }],
      ]),
    );
    expect((await broker.depths()).get("in")?.messages).toBe(0);
    expect(readdirSync(join(directory, "blobs"))).toEqual([]);
    await broker.close();
  });
});
