import { constants, type Stats } from "node:fs";
import { access, readdir, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { defineCollector, filePath, flag, integer, optional, splitReport, text } from "@weir/engine";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { openLocked } from "./locked-file.ts";
import { matchesPattern } from "./name-pattern.ts";

export default defineCollector({
  module: "intelmq.bots.collectors.file.collector_file",
  name: "File",
  summary: "Reads the files of a directory.",
  notes:
    "Every run reads every file whose name ends with `postfix`. Without `delete_file` a file is read again in each run. A file is locked (`flock`) while " +
    "it is read; one that another process has locked is skipped. Files are streamed: their size does not matter.",
  params: z.object({
    path: filePath().default("/tmp/").describe("Directory. Those below it are not looked into."),
    postfix: text()
      .nullable()
      .transform((postfix) => postfix ?? "")
      .default(".csv")
      .describe("End of the names that are read; shell wildcards work. Empty: all files."),
    delete_file: flag()
      .default(false)
      .describe("Delete a file once its report is on disk, unless it was written to meanwhile."),
    chunk_size: optional(integer({ min: 1, unit: "bytes" })).describe(
      "Split files at line ends into reports of this size.",
    ),
    chunk_replicate_header: flag().default(true).describe("Begin every part with the file's first line."),
  }),
  runtime: { rate_limit: 300 },
  create({ botId, params, log, newReport }) {
    const { path, postfix, delete_file: deletes, chunk_size: size, chunk_replicate_header: header } = params;
    const directory = resolve(path);
    if (postfix === "" && deletes) {
      const problem = "delete_file without postfix would delete every file of the directory";
      throw invalidParameters({ bot: botId, problem });
    }
    const make = (file: string) => {
      const report = newReport();
      report.set("feed.url", `file://localhost${file}`);
      report.set("extra.file_name", basename(file));
      return report;
    };
    return {
      async open() {
        const found = await stat(directory).catch(nothingIfMissing);
        if (found?.isDirectory() !== true) {
          throw invalidParameters({ bot: botId, problem: `path: ${path} is no directory` });
        }
        if (postfix === "") log.warning("No file extension was set. The bot will read all files in the directory.");
        if (deletes && !(await isWritable(directory))) {
          const problem = `delete_file: files of ${path} cannot be deleted, since the directory cannot be written`;
          throw invalidParameters({ bot: botId, problem });
        }
      },
      async *collect() {
        for (const file of await filesIn(directory, postfix)) {
          log.info(`Processing file '${file}'.`);
          const opened = await openLocked(file);
          if (opened === undefined) {
            log.info(`File '${file}' is locked by another process, skipping.`);
            continue;
          }
          try {
            const read = await opened.stat();
            // What was written to the file since it was read has not been sent.
            const remove = async () => {
              const now = deletes ? await stat(file).catch(nothingIfMissing) : undefined;
              if (now !== undefined && isSame(read, now)) await rm(file, { force: true });
            };
            if (read.size === 0) continue;
            const stream = opened.createReadStream({ autoClose: false, start: 0 });
            if (size === undefined) {
              yield { report: make(file), body: stream, onCommitted: remove };
              continue;
            }
            let previous: Uint8Array | undefined;
            for await (const part of splitReport(stream, { size, header })) {
              if (previous !== undefined) yield { report: make(file), body: previous };
              previous = part;
            }
            // The file goes with its last part: until then a restart reads it again.
            if (previous !== undefined) yield { report: make(file), body: previous, onCommitted: remove };
          } finally {
            await opened.close();
          }
        }
      },
    };
  },
});

/** Regular files, by name. */
async function filesIn(directory: string, postfix: string): Promise<readonly string[]> {
  const names = (await readdir(directory).catch(nothingIfMissing)) ?? [];
  const files: string[] = [];
  for (const name of names.sort()) {
    if (!matchesPattern(name, `*${postfix}`)) continue;
    const found = await stat(join(directory, name)).catch(nothingIfMissing);
    if (found?.isFile()) files.push(join(directory, name));
  }
  return files;
}

function isSame(before: Stats, now: Stats): boolean {
  return before.dev === now.dev && before.ino === now.ino && before.size === now.size && before.mtimeMs === now.mtimeMs;
}

function isWritable(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function nothingIfMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ELOOP"))
    return undefined;
  throw error;
}
