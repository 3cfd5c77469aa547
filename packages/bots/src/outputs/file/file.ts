import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineOutput, exportParameters, filePath, flag, makeDirectory, type ParameterFinding } from "@weir/engine";
import { z } from "zod";
import { compileEventLine } from "../../export/event-text.ts";
import { encodingErrorModes } from "../../export/utf8.ts";
import { Utf8Buffer } from "../../export/utf8-buffer.ts";
import { AppendFile } from "./append-file.ts";
import { compileFileName } from "./file-name.ts";

export default defineOutput({
  module: "intelmq.bots.outputs.file.output",
  name: "File",
  summary: "Appends each event as a line to a file: as JSON, or a single field.",
  notes:
    "Each event stands in the file exactly once, also after a crash, as long as nobody else writes to it. A file that was moved away " +
    "(logrotate without `copytruncate`) is continued as a new one. `file` may hold fields of the event with `format_filename`: " +
    "`/var/lib/events/{event[time.source]:%Y-%m-%d}.txt`; slashes of values become `_`, fields that are missing `None`.",
  pace: "local",
  params: z.object({
    file: filePath()
      .default("/opt/intelmq/var/lib/bots/file-output/events.txt")
      .describe("Output file; missing directories are made."),
    format_filename: flag().default(false).describe("Fill `{event[field]}` in `file` for each event."),
    encoding_errors_mode: z
      .enum(encodingErrorModes)
      .default("strict")
      .describe("What to do with characters that have no UTF-8 form (lone surrogates): `strict` makes the event fail."),
    ...exportParameters,
  }),
  check: ({ file }) => directoryFindings(file),
  create({ params, state, dataDir, log, botId }) {
    const writeLine = compileEventLine(params);
    const nameOf = params.format_filename ? compileFileName(params.file, botId) : undefined;
    const journalDirectory = join(dataDir, "journals");
    const reused = new Utf8Buffer(params.encoding_errors_mode, 1 << 16);
    let owner = "";
    let current: AppendFile | undefined;

    async function fileNamed(path: string): Promise<AppendFile> {
      if (current?.path === path) return current;
      await current?.close();
      current = undefined;
      const file = new AppendFile({ path, state, journalDirectory, owner, log });
      await file.open();
      current = file;
      return file;
    }

    return {
      async open() {
        owner = String(state.get("owner") ?? randomUUID());
        state.set("owner", owner);
        if (nameOf === undefined) await fileNamed(params.file);
      },
      async write(batch) {
        // All that can fail by an event's fault comes before the first byte is written.
        const buffers = new Map<string, Utf8Buffer>();
        for (const { event } of batch) {
          const path = nameOf === undefined ? params.file : nameOf(event);
          let buffer = buffers.get(path);
          if (buffer === undefined) {
            buffer = nameOf === undefined ? reused : new Utf8Buffer(params.encoding_errors_mode);
            buffer.clear();
            buffers.set(path, buffer);
          }
          writeLine(event, buffer);
        }
        for (const [path, { bytes }] of buffers) await (await fileNamed(path)).append(bytes);
      },
      async close() {
        await current?.close();
        current = undefined;
      },
    };
  },
});

/** Makes the directory of a file, as at start, and says so; one whose name depends on the event is not looked at. */
function directoryFindings(file: string): readonly ParameterFinding[] {
  const directory = dirname(file);
  if (existsSync(directory) || directory.includes("{ev")) return [];
  try {
    makeDirectory(directory);
    return [
      { level: "info", parameter: "file", message: `The directory ${directory} did not exist and has been made.` },
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        level: "error",
        parameter: "file",
        message: `The directory ${directory} does not exist and cannot be made: ${reason}.`,
      },
    ];
  }
}
