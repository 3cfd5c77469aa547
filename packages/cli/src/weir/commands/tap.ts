/** `weir tap`: a live sample of what a bot gets and sends; takes nothing away. */
import { errorKind } from "@weir/format/errors";
import { requireBots } from "../require-bots.ts";
import { ask, type GlobalOptions, openSession } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";
import { statusOf } from "./control.ts";

interface Sample {
  readonly bot: string;
  readonly direction: "in" | "out";
  readonly path: string;
  readonly message: string;
}

const tapNotRunning = errorKind<{ bot: string; state: string; reason: string }>("WEIR_TAP_NOT_RUNNING", {
  message: ({ bot, state, reason }) => `${bot} does not run (${state}: ${reason}), so there is nothing to watch`,
  remedy: "Start it with `weir start`; `weir queues peek` shows what waits for it.",
  retry: "later",
});

export async function run(name: string, options: GlobalOptions & { readonly count: string }): Promise<void> {
  const session = openSession(options);
  const { output } = session;
  const count = wholeNumber("--count", options.count, { min: 1, max: 100_000 });
  const { bots } = await statusOf(session);
  const bot = bots.find(({ id }) => id === name) ?? bots.find(({ queue }) => queue === name);
  if (bot === undefined)
    return requireBots(
      [name],
      bots.map(({ id }) => id),
    );
  const { state, reason } = bot.status;
  if (state === "stopped" || state === "failed" || state === "disabled")
    throw tapNotRunning({ bot: bot.id, state, reason });
  if (!session.json && !session.quiet) output.note(output.errorColours.dim(`watching ${bot.id}; Ctrl-C ends it\n`));
  const onEvent = (event: unknown): void => {
    const { direction, path, message } = event as Sample; // see supervise/worker-protocol.ts
    const { colours } = output;
    const arrow = direction === "in" ? colours.cyan("→ in ") : colours.green(`← ${path}`);
    process.stdout.write(session.json ? `${JSON.stringify(event)}\n` : `${arrow} ${message}\n`);
  };
  await ask(session, "tap", { bot: bot.id, count }, { offline: false, onEvent });
}
