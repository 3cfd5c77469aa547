import { hash } from "node:crypto";
import { mkdir, open, rename, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { defineOutput, exportParameters, filePath, killPoint } from "@weir/engine";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { compileEventText } from "../../export/event-text.ts";
import { encodeUtf8 } from "../../export/utf8.ts";

export default defineOutput({
  module: "intelmq.bots.outputs.files.output",
  name: "Files",
  summary: "Writes each event into a file of its own, which appears in the directory as a whole.",
  notes:
    "The name of a file derives from the event's delivery: an event that is delivered again after a crash makes no second file, unless its " +
    "first was already taken away.",
  pace: "local",
  params: z.object({
    dir: filePath()
      .default("/opt/intelmq/var/lib/bots/files-output/incoming")
      .describe("Directory in which the files appear."),
    tmp: filePath()
      .default("/opt/intelmq/var/lib/bots/files-output/tmp")
      .describe("Directory in which they are written; on the same file system."),
    suffix: z.string().default(".json").describe("End of the file names."),
    ...exportParameters,
  }),
  create({ botId, params: { dir, tmp, suffix, ...params } }) {
    const textOf = compileEventText(params);
    const host = hostname().replaceAll("/", "_");

    async function writeFile(name: string, text: string): Promise<void> {
      const file = await open(join(tmp, name), "w");
      try {
        await file.writeFile(encodeUtf8(text, "strict"));
        await file.datasync();
      } finally {
        await file.close();
      }
    }

    return {
      async open() {
        for (const directory of [tmp, dir]) await makeDirectory(directory);
        const [from, to] = await Promise.all([stat(tmp), stat(dir)]);
        if (from.dev === to.dev) return;
        throw invalidParameters({ bot: botId, problem: `tmp (${tmp}) and dir (${dir}) are on different file systems` });
      },
      async write(batch) {
        const files = batch.map(({ event, id }) => {
          const text = textOf(event);
          return { text, name: `${host}.${hash("sha256", `${id}\n${text}`).slice(0, 40)}${suffix}` };
        });
        await forEachOf(files, ({ name, text }) => writeFile(`.${name}`, text));
        for (const { name } of files) await rename(join(tmp, `.${name}`), join(dir, name));
        killPoint("files-output.after-rename");
        await syncDirectory(dir);
      },
    };
  },
});

/** How many files are written at a time. */
const writers = 16;

async function forEachOf<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(writers, items.length) }, work));
}

/** Makes one level of a directory; an existing one is fine. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory() !== true) throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
