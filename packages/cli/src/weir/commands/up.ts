/** `weir up`: the botnet in the foreground: supervisor, workers, store, control socket, in this process. */
import { catalogue } from "@weir/bots/catalogue";
import { renderFindings } from "@weir/engine/config";
import { startBotnet } from "@weir/engine/supervise";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, openSession } from "../session.ts";
import { showProgress } from "../up-progress.ts";
import { renderSummary, summarize } from "../up-summary.ts";

interface UpOptions extends GlobalOptions {
  readonly start?: boolean;
  readonly once?: boolean;
  readonly progress?: boolean;
}

export async function run(options: UpOptions): Promise<void> {
  const session = openSession(options);
  const { output, places, quiet, json } = session;
  const started = performance.now();
  const { colours, errorColours } = output;
  const botnet = await startBotnet({
    places,
    catalogue,
    catalogueUrl: import.meta.resolve("@weir/bots/catalogue"),
    startBots: options.start !== false,
    onLog: ({ bot, level, message }) => {
      if (json) return;
      const paint = level === "WARNING" ? errorColours.yellow : errorColours.red;
      output.note(`${paint(level.toLowerCase())}: ${bot}: ${message}\n`);
    },
  });
  const before = botnet.countersBefore;
  const complaints = botnet.findings.filter(({ level }) => level !== "info");
  if (!quiet && !json) {
    if (complaints.length > 0) output.note(renderFindings(complaints, botnet.sources));
    output.text(`${colours.bold("Weir")} runs ${botnet.supervisor.ids.length} bots of ${places.runtimeFile}.\n`);
    if (options.once !== true)
      output.text(colours.dim(`Ctrl-C ends it. Meanwhile: weir --root ${places.root} status | top | failures\n`));
  }
  const progress = options.progress === true && !quiet ? showProgress(botnet, output) : undefined;
  if (options.once === true) await botnet.untilIdle();
  else await botnet.stopped;
  progress?.stop();
  const summary = await summarize(botnet, before, started);
  const text = quiet ? "" : renderSummary(summary, botnet, output, places);
  await botnet.close();
  output.result(summary, text);
  found(options.once === true && summary.notRunning.length > 0);
}
