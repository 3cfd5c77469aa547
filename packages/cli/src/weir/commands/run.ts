/** `weir run`: one bot in the foreground, alone, with its log on the terminal. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { catalogue } from "@weir/bots/catalogue";
import { parseLogLine } from "@weir/engine/observe";
import { type BotnetProcess, startBotnet } from "@weir/engine/supervise";
import { errorKind } from "@weir/format/errors";
import { followFile } from "../../logs/follow-file.ts";
import { readBotnet, requireBots } from "../botnet-file.ts";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, isRunning, openSession, type Session } from "../session.ts";
import { summarize } from "../up-summary.ts";
import { renderLine } from "./log.ts";

const botnetRuns = errorKind<{ bot: string }>("WEIR_RUN_BOTNET_RUNS", {
  message: ({ bot }) => `the botnet runs and holds the queues, so ${bot} cannot run beside it`,
  remedy:
    "Restart the bot in it (`weir restart`) and watch it (`weir log -f`), or stop the botnet first (`weir stop`).",
  retry: "later",
});

interface RunOptions extends GlobalOptions {
  readonly once?: boolean;
  readonly logLevel?: string;
}

export async function run(bot: string, options: RunOptions): Promise<void> {
  const session = openSession(options);
  const { places, output } = session;
  const started = performance.now();
  const { settings } = await readBotnet(places.runtimeFile);
  const ids = settings.bots.map(({ id }) => id);
  requireBots([bot], ids);
  if (await isRunning(session)) throw botnetRuns({ bot });
  // Parameters from the environment win over those of the file; the worker's thread gets a copy of ours.
  if (options.logLevel !== undefined) process.env.INTELMQ_LOGGING_LEVEL = options.logLevel;
  const logDirectory = settings.bots.find(({ id }) => id === bot)?.parameters.get("logging_path")?.value;
  const logs = showLog(join(typeof logDirectory === "string" ? logDirectory : places.logDir, `${bot}.log`), session);
  const botnet = await startBotnet({
    places,
    catalogue,
    catalogueUrl: import.meta.resolve("@weir/bots/catalogue"),
    startBots: false,
    onLog: (entry) => {
      if (entry.bot === "weir") output.note(`${entry.level.toLowerCase()}: ${entry.message}\n`);
    },
  });
  await botnet.supervisor.start([bot]);
  await (options.once === true ? untilDone(botnet, bot) : Promise.race([botnet.stopped, untilEnded(botnet, bot)]));
  const status = (await botnet.supervisor.status()).find(({ id }) => id === bot)?.status;
  const { bots } = await summarize(botnet, botnet.countersBefore, started);
  await botnet.close();
  await logs.end();
  const counts = bots[bot] ?? { received: 0, failed: 0, dropped: 0, sent: {} };
  const sent = Object.entries(counts.sent).map(([path, count]) => `${count} to ${path}`);
  output.result(
    { bot, ...counts, status },
    `${bot}: ${counts.received} received, ${sent.length === 0 ? "nothing sent" : `sent ${sent.join(", ")}`}, ${counts.dropped} dropped, ${counts.failed} failed.\n`,
  );
  found(status?.state === "failed");
}

/** Shows the bot's log file as it grows. */
function showLog(file: string, { output, json }: Session): { end(): Promise<void> } {
  const ended = new AbortController();
  const shown = (async () => {
    for await (const line of followFile(file, { signal: ended.signal, interval: 100 })) {
      const entry = parseLogLine(line);
      if (json) process.stderr.write(`${line}\n`);
      else if (entry?.date === undefined) output.text(`    ${line}\n`);
      else output.text(renderLine({ ...entry, time: new Date(entry.date).toISOString() }, output.colours));
    }
  })();
  return {
    async end() {
      await sleep(250); // logs are written every tenth of a second
      ended.abort();
      await shown;
    },
  };
}

/** Until a collector has run once, or nothing waits for the bot and it does nothing. */
async function untilDone({ supervisor, broker, stopped }: BotnetProcess, bot: string): Promise<void> {
  let ended = false;
  void stopped.then(() => {
    ended = true;
  });
  for (let quiet = 0; quiet < 2 && !ended; ) {
    const [bots, depths] = await Promise.all([supervisor.status(), broker.depths()]);
    const { kind, status, queue } = bots.find(({ id }) => id === bot) ?? {};
    const depth = queue === undefined ? undefined : depths.get(queue);
    const waits = (depth?.messages ?? 0) > 0 || (depth?.parked ?? 0) > 0;
    const ends =
      status === undefined || status.state === "failed" || status.state === "stopped" || status.state === "disabled";
    const idle =
      kind === "collector" ? status?.state === "waiting" : !waits && status?.reason === "Waiting for messages.";
    if (ends) return;
    quiet = idle ? quiet + 1 : 0;
    await sleep(100);
  }
}

/** Until the bot ends by itself, as scheduled ones do, or cannot run. */
async function untilEnded({ supervisor }: BotnetProcess, bot: string): Promise<void> {
  for (;;) {
    const state = (await supervisor.status()).find(({ id }) => id === bot)?.status.state;
    if (state === undefined || state === "stopped" || state === "disabled") return;
    await sleep(500);
  }
}
