/**
 * The file output, with a note of how long each event has been on its way: when it came to the output, and when it was in
 * the file and on the disk. Writes two lists of milliseconds to `notes` when it is closed.
 */
import { writeFileSync } from "node:fs";
import { catalogue } from "@weir/bots/catalogue";
import { defineOutput, filePath } from "@weir/engine";

const file = await catalogue.load("intelmq.bots.outputs.file.output");

export default defineOutput({
  ...file,
  module: "bench-timed-file",
  params: file.params.extend({ notes: filePath().describe("File for the times.") }),
  create(context) {
    const inner = file.create(context);
    const came = [];
    const kept = [];
    return {
      open: () => inner.open(),
      async write(batch) {
        const arrived = performance.timeOrigin + performance.now();
        await inner.write(batch);
        const written = performance.timeOrigin + performance.now();
        for (const { event } of batch) {
          const sent = Number(event.get("event_description.text"));
          came.push(arrived - sent);
          kept.push(written - sent);
        }
      },
      async close() {
        await inner.close();
        writeFileSync(context.params.notes, JSON.stringify({ came, kept }));
      },
    };
  },
});
