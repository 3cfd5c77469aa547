/** How the botnet's process ends, and what becomes of bots from outside in a bundle. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installation, installation } from "../testing/program.ts";

const bin = fileURLToPath(new URL("../../bin/weir.js", import.meta.url));

const bot = (id: string, module: string, parameters: object, to?: string) =>
  `${id}: ${JSON.stringify({
    module,
    parameters: { ...parameters, ...(to === undefined ? {} : { destination_queues: { _default: [`${to}-queue`] } }) },
  })}\n`;

const chain = (between: string) =>
  bot("collector", "intelmq.bots.collectors.file.collector_file", { path: "in", postfix: ".csv" }, "parser") +
  bot("parser", "intelmq.bots.parsers.generic.parser_csv", { columns: ["source.ip"] }, between) +
  bot("file", "intelmq.bots.outputs.file.output", { file: "out.jsonl" });

describe("weir up --once", () => {
  const root = mkdtempSync(join(tmpdir(), "weir-end-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("ends by itself: nothing keeps the process, and nothing has to end it", async () => {
    mkdirSync(join(root, "in"));
    writeFileSync(join(root, "in", "feed.csv"), "192.0.2.1\n");
    writeFileSync(join(root, "runtime.yaml"), chain("file"));
    // A worker may end itself so; that is the end of its thread only.
    const refuse =
      "import { isMainThread } from 'node:worker_threads';" +
      "if (isMainThread) process.exit = () => { throw new Error('process.exit was called'); };";
    const child = spawn(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(refuse)}`, bin, "--root", root, "-q", "up", "--once"],
      { cwd: root, stdio: ["ignore", "ignore", "pipe"] },
    );
    let errors = "";
    child.stderr.on("data", (part) => {
      errors += String(part);
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(readFileSync(join(root, "out.jsonl"), "utf8")).toContain("192.0.2.1");
  });
});

describe("a reload", () => {
  let at: Installation;
  beforeAll(() => {
    at = installation();
    mkdirSync(join(at.root, "in"));
    writeFileSync(join(at.root, "runtime.yaml"), chain("file"));
  });
  afterAll(async () => {
    await at.weir("stop");
    rmSync(at.root, { recursive: true, force: true });
  });

  it("gives a bot from outside workers that share the packages with it, with the other bots started again", async () => {
    expect(await at.weir("start")).toMatchObject({ code: 0 });
    expect(await at.weir("new", "expert", "marker")).toMatchObject({ code: 0 });
    // A whole float is an object of a class: it arrives as a float only when both sides have the same class.
    writeFileSync(
      join(at.root, "bots", "marker.mjs"),
      `import { defineExpert, to } from "@weir/engine";
import { float } from "@weir/format";
import { z } from "zod";
export default defineExpert({
  module: "marker", name: "Marker", summary: "Marks.", params: z.object({}),
  create: () => ({
    process(event) {
      event.put("extra.mark", float(2), { mode: "overwrite" });
      return to("_default", event);
    },
  }),
});
`,
    );
    writeFileSync(join(at.root, "runtime.yaml"), chain("marker") + bot("marker", "./bots/marker.mjs", {}, "file"));
    const { restarted, started } = (await at.json("reload")) as { restarted: string[]; started: string[] };
    expect([restarted.sort(), started]).toEqual([["collector", "file", "parser"], ["marker"]]);
    writeFileSync(join(at.root, "in", "feed.csv"), "192.0.2.7\n");
    await at.weir("restart", "collector");
    const out = join(at.root, "out.jsonl");
    await expect
      .poll(() => existsSync(out) && readFileSync(out, "utf8"), { timeout: 20_000 })
      .toContain('"extra.mark": 2.0');
  });
});
