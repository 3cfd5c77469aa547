import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { defineCollector, filePath, flag, integer, optional, splitReport, text } from "@weir/engine";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { isLockedByOther } from "./file-lock.ts";
import { matchesPattern } from "./name-pattern.ts";

export default defineCollector({
  module: "intelmq.bots.collectors.file.collector_file",
  name: "File",
  summary: "Reads the files of a directory.",
  notes:
    "Every run reads every file whose name ends with `postfix`. Without `delete_file` a file is read again in each run. A file that another " +
    "process has locked (`flock`) is skipped. Files are streamed: their size does not matter.",
  params: z.object({
    path: filePath().default("/tmp/").describe("Directory. Those below it are not looked into."),
    postfix: text()
      .nullable()
      .transform((postfix) => postfix ?? "")
      .default(".csv")
      .describe("End of the names that are read; shell wildcards work. Empty: all files."),
    delete_file: flag().default(false).describe("Delete a file once its report is on disk."),
    chunk_size: optional(integer({ min: 1, unit: "bytes" })).describe("Split files at line ends into reports of this size."),
    chunk_replicate_header: flag().default(true).describe("Begin every part with the file's first line."),
  }),
  runtime: { rate_limit: 300 },
  create({ botId, params, log, newReport }) {
    const { path, postfix, delete_file: deletes, chunk_size: size, chunk_replicate_header: header } = params;
    const directory = resolve(path);
    if (postfix === "" && deletes) {
      throw invalidParameters({ bot: botId, problem: "delete_file without postfix would delete every file of the directory" });
    }
    return {
      async open() {
        const found = await stat(directory).catch(() => undefined);
        if (found?.isDirectory() !== true) throw invalidParameters({ bot: botId, problem: `path: ${path} is no directory` });
        if (postfix === "") log.warning("No file extension was set. The bot will read all files in the directory.");
      },
      async *collect() {
        for (const file of await filesIn(directory, postfix)) {
          log.info(`Processing file '${file}'.`);
          if (await isLockedByOther(file)) {
            log.info(`File '${file}' is locked by another process, skipping.`);
            continue;
          }
          const remove = async () => {
            if (deletes) await rm(file, { force: true });
          };
          const make = () => {
            const report = newReport();
            report.set("feed.url", `file://localhost${file}`);
            report.set("extra.file_name", basename(file));
            return report;
          };
          if (size === undefined) {
            const { size: bytes } = await stat(file);
            if (bytes === 0) await remove();
            else yield { report: make(), body: createReadStream(file), onCommitted: remove };
            continue;
          }
          let previous: Uint8Array | undefined;
          for await (const part of splitReport(createReadStream(file), { size, header })) {
            if (previous !== undefined) yield { report: make(), body: previous };
            previous = part;
          }
          // The file goes with its last part: until then a restart reads it again.
          if (previous !== undefined) yield { report: make(), body: previous, onCommitted: remove };
        }
      },
    };
  },
});

async function filesIn(directory: string, postfix: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const files: string[] = [];
  for (const name of names.sort()) {
    if (!matchesPattern(name, `*${postfix}`)) continue;
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found?.isFile()) files.push(join(directory, name));
  }
  return files;
}
