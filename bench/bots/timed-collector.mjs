/**
 * Makes one report an event at an even pace, as a source that pushes: each is stamped when it comes into being, whether or
 * not the botnet takes it at once.
 */
import { defineCollector, integer } from "@weir/engine";
import { z } from "zod";

export default defineCollector({
  module: "bench-timed-collector",
  name: "Timed reports",
  summary: "Makes reports of one line at an even pace.",
  params: z.object({
    count: integer({ min: 1 }).describe("Reports to make."),
    per_second: integer({ min: 1 }).describe("Pace."),
  }),
  create({ params, newReport }) {
    return {
      async *collect() {
        const waiting = [];
        let wake = () => undefined;
        const started = performance.now();
        let made = 0;
        const timer = setInterval(() => {
          const due = Math.min(params.count, Math.floor(((performance.now() - started) * params.per_second) / 1000));
          for (; made < due; made++) waiting.push(line(made));
          if (made === params.count) clearInterval(timer);
          wake();
        }, 1);
        for (let sent = 0; sent < params.count; sent++) {
          while (waiting.length === 0) {
            await new Promise((resolve) => {
              wake = resolve;
            });
          }
          const report = newReport();
          report.set("feed.url", "http://bench.example.com/");
          yield { report, body: waiting.shift() };
        }
      },
    };
  },
});

/** A line of the reference feed's form, with the time in milliseconds since the epoch as its text. */
function line(number) {
  const now = performance.timeOrigin + performance.now();
  return `192.0.2.${number % 250},2026-07-01T10:00:00+02:00,http://host${number}.example.com:8080/path?q=${number},${1 + (number % 65_000)},${now}\n`;
}
