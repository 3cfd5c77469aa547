import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryOutput } from "@weir/engine/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import files from "./files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "files-output-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const incoming = () => join(directory, "incoming");
const written = () => readdirSync(incoming()).map((name) => readFileSync(join(incoming(), name), "utf8"));

function output(parameters = {}) {
  return tryOutput(
    files,
    { dir: incoming(), tmp: join(directory, "tmp"), ...parameters },
    { directory: join(directory, "state") },
  );
}

describe("files", () => {
  it("writes a file per event, without a line end, and leaves nothing in tmp", async () => {
    await output()({ "source.ip": "192.0.2.7", raw: "eA==" }, { "source.ip": "192.0.2.8" });
    expect(written().sort()).toEqual(['{"source.ip": "192.0.2.7"}', '{"source.ip": "192.0.2.8"}']);
    expect(readdirSync(join(directory, "tmp"))).toEqual([]);
  });

  it("keeps equal events apart", async () => {
    await output()({ comment: "a" }, { comment: "a" });
    expect(written()).toHaveLength(2);
  });

  it("ends names with the suffix and lets nobody execute the files", async () => {
    await output({ suffix: ".evt" })({ comment: "a" });
    const [name = ""] = readdirSync(incoming());
    expect(name).toMatch(/\.evt$/);
    expect(statSync(join(incoming(), name)).mode & 0o111).toBe(0);
  });

  it("works with one directory for both", async () => {
    await output({ tmp: incoming() })({ comment: "a" });
    expect(written()).toEqual(['{"comment": "a"}']);
  });

  it("makes no second file for a delivery that is repeated", async () => {
    const bot = files.create as unknown as (context: object) => {
      open(): Promise<void>;
      write(batch: readonly object[]): Promise<void>;
    };
    const params = files.params.parse({ dir: incoming(), tmp: join(directory, "tmp"), single_key: "comment" });
    const output = bot({ botId: "files", params });
    await output.open();
    const delivery = { id: "m1", event: { text: () => "a" } };
    await output.write([delivery]);
    await output.write([delivery, { ...delivery, id: "m2" }]);
    expect(written()).toEqual(["a", "a"]);
  });

  it("does not start where a file stands in the place of a directory", async () => {
    writeFileSync(incoming(), "");
    await expect(output()({ comment: "a" })).rejects.toThrow("EEXIST");
  });

  it("makes only one level of directories", async () => {
    await expect(output({ dir: join(directory, "a", "b") })({ comment: "a" })).rejects.toThrow("ENOENT");
    mkdirSync(join(directory, "a"));
    await output({ dir: join(directory, "a", "b") })({ comment: "a" });
    expect(readdirSync(join(directory, "a", "b"))).toHaveLength(1);
  });
});
