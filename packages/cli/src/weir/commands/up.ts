/** `weir up`: the botnet in the foreground: supervisor, workers, store, control socket, in this process. */
import { startBotnet } from "../../process/botnet-process.ts";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, openSession } from "../session.ts";
import { showProgress } from "../up-progress.ts";
import { renderSummary } from "../up-summary.ts";

interface UpOptions extends GlobalOptions {
  readonly start?: boolean;
  readonly once?: boolean;
  readonly progress?: boolean;
}

export async function run(options: UpOptions): Promise<void> {
  const session = openSession(options);
  const { output, places } = session;
  const botnet = await startBotnet({
    places,
    startBots: options.start !== false,
    onLog: ({ bot, level, message }) => {
      if (session.json) return;
      const paint = level === "WARNING" ? output.errorColours.yellow : output.errorColours.red;
      output.note(`${paint(level.toLowerCase())}: ${bot}: ${message}\n`);
    },
  });
  const { colours } = output;
  if (!session.quiet) {
    output.text(`${colours.bold("Weir")} runs ${botnet.supervisor.ids.length} bots of ${places.runtimeFile}.\n`);
    for (const text of botnet.complaints) output.note(text);
  }
  const progress = options.progress === true && !session.quiet && !session.json ? showProgress(botnet, output) : undefined;
  if (options.once === true) await botnet.untilIdle();
  else {
    if (!session.quiet) output.text(`${colours.dim(`Ctrl-C ends it; meanwhile: weir --root ${places.root} status | top | failures`)}\n`);
    await botnet.stopped;
  }
  progress?.stop();
  const summary = await botnet.close();
  output.result(summary, session.quiet ? "" : renderSummary(summary, output, places));
  found(options.once === true && summary.notRunning.length > 0);
}
