import { describe, expect, it } from "vitest";
import type { Corpus } from "../corpus.ts";
import { count } from "../outcome.ts";
import { runFiles } from "./all-run.ts";

const corpus: Corpus = {
  directory: "/nowhere",
  assets: [],
  entries: new Map([
    ["lib/one", 3],
    ["lib/two", 2],
  ]),
};

/** A thread that passes every vector but those of this index, for which it runs `fault`. */
function threadWith(fault: string): URL {
  const script = `
    import { parentPort, workerData } from "node:worker_threads";
    parentPort.on("message", ({ name, from }) => {
      for (let index = from; index < workerData.corpus.entries.get(name); index++) {
        parentPort.postMessage({ kind: "begin", index, id: name + "/" + index });
        if (index === 1) { ${fault} }
        parentPort.postMessage({ kind: "outcome", outcome: { id: name + "/" + index, outcome: { kind: "passed" } } });
      }
      parentPort.postMessage({ kind: "end" });
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

describe("runFiles", () => {
  it("gives the outcomes of every file in the given order", async () => {
    const files = await runFiles(corpus, ["lib/two", "lib/one"], { worker: threadWith("") });
    expect(files.map((file) => [file.name, count(file, "passed")])).toEqual([
      ["lib/two", 2],
      ["lib/one", 3],
    ]);
  });

  it("fails a vector that blocks its thread, and goes on behind it", async () => {
    const worker = threadWith("for (;;);");
    const [file] = await runFiles(corpus, ["lib/one"], { worker, blockedAfter: 300 });
    expect(file?.outcomes).toMatchObject([
      { id: "lib/one/0", outcome: { kind: "passed" } },
      { id: "lib/one/1", outcome: { kind: "failed", difference: { observed: "the vector blocked its thread" } } },
      { id: "lib/one/2", outcome: { kind: "passed" } },
    ]);
  });

  it.each(['throw new Error("out of order");', "process.exit(0); return;"])(
    "fails a vector that breaks its thread, and goes on behind it: %s",
    async (fault) => {
      const [file] = await runFiles(corpus, ["lib/one"], { worker: threadWith(fault) });
      expect(file?.outcomes.map(({ outcome }) => outcome.kind)).toEqual(["passed", "failed", "passed"]);
    },
  );

  it("gives up when a thread cannot begin at all", async () => {
    const worker = new URL("data:text/javascript,throw new Error('no such module')");
    await expect(runFiles(corpus, ["lib/one"], { worker })).rejects.toThrow("no such module");
  });
});
