/** One line on the terminal that shows the work while it is done. */
import type { BotnetProcess } from "@weir/engine/supervise";
import type { Output } from "../terminal/output.ts";
import { formatCount, formatRate } from "../terminal/quantities.ts";

/** Shows totals twice a second on a terminal; elsewhere nothing, so that logs stay readable. */
export function showProgress(botnet: BotnetProcess, output: Output): { stop(): void } {
  if (!output.interactive) return { stop: () => undefined };
  const total = (counters: BotnetProcess["countersBefore"], what: "received" | "failed"): number =>
    [...counters.values()].reduce((sum, counts) => sum + counts[what], 0);
  const before = { received: total(botnet.countersBefore, "received"), failed: total(botnet.countersBefore, "failed") };
  let last = { received: 0, time: performance.now() };
  let busy = false;
  const show = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const [bots, counters, depths] = await Promise.all([
      botnet.supervisor.status(),
      botnet.broker.counters(),
      botnet.broker.depths(),
    ]);
    busy = false;
    const received = total(counters, "received") - before.received;
    const failed = total(counters, "failed") - before.failed;
    const waiting = [...depths.values()].reduce((sum, { messages }) => sum + messages, 0);
    const now = performance.now();
    const rate = ((received - last.received) / (now - last.time)) * 1000;
    last = { received, time: now };
    const working = bots.filter(
      ({ status }) => status.state === "running" && status.reason !== "Waiting for messages.",
    ).length;
    const line = `${formatCount(received)} messages handled, ${formatRate(Math.max(0, rate))}, ${formatCount(waiting)} waiting, ${formatCount(failed)} failed, ${working} bots at work`;
    process.stdout.write(`\r\u001b[2K${output.colours.dim(line)}`);
  };
  const timer = setInterval(() => {
    show().catch(() => clearInterval(timer)); // the botnet is closing: nothing left to show
  }, 500);
  return {
    stop() {
      clearInterval(timer);
      process.stdout.write("\r\u001b[2K");
    },
  };
}
