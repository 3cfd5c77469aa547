/** `intelmqdump`: IntelMQ's shell for failed messages, over Weir's failures. `weir failures` is for scripts. */
import { readdirSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { endOnBrokenPipe } from "../terminal/broken-pipe.ts";

endOnBrokenPipe();
const program = new Command()
  .exitOverride()
  .name("intelmqdump")
  .description("Looks into failed messages: recover, show, edit, delete. For scripts: weir failures.")
  .argument("[botid]", "the bot whose failures are looked at")
  .option("-t, --truncate <characters>", "of raw that are shown; 0: all", wholeNumber, 1000)
  .version("Weir 0.1.0", "-v, --version")
  .action(run);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
}

async function run(given: string | undefined, { truncate }: { readonly truncate: number }): Promise<void> {
  const [{ openLines, runShell }, { ask }, { openCtlSession, readSettings, groupOf }] = await Promise.all([
    import("./shell.ts"),
    import("../weir/session.ts"),
    import("../intelmqctl/botnet.ts"),
  ]);
  const session = openCtlSession();
  const settings = await readSettings(session);
  const queues = new Map<string, { readonly parser: boolean }>();
  for (const bot of settings.bots) {
    const group = await groupOf(bot);
    if (group !== "Collector") queues.set(bot.sourceQueue, { parser: group === "Parser" });
  }
  const { failures } = (await ask(session, "failures.list", { count: 10_000 })) as {
    failures: readonly { bot: string }[];
  }; // see control/operations.ts
  const counts = new Map<string, number>();
  for (const { bot } of failures) counts.set(bot, (counts.get(bot) ?? 0) + 1);
  const bots = [...counts.keys()].sort();
  const lines = await openLines(process.stdin, process.stdout, (line) => completions(line, bots, [...queues.keys()]));
  try {
    const bot = given ?? (await choose(bots, counts, session.places.logDir, lines));
    if (bot === undefined) return;
    if (!counts.has(bot)) {
      process.stderr.write(`Given file does not exist: ${bot} has no failed messages.\n`);
      process.exitCode = 1;
      return;
    }
    await runShell({
      bot,
      truncate,
      queues,
      readLine: (prompt) => lines.readLine(prompt),
      write: (text) => process.stdout.write(text),
      ask: (command, args) => ask(session, command, args),
    });
  } finally {
    lines.close();
  }
}

async function choose(
  bots: readonly string[],
  counts: ReadonlyMap<string, number>,
  logDir: string,
  lines: { readLine(prompt: string): Promise<string | undefined> },
): Promise<string | undefined> {
  const old = dumpFiles(logDir);
  if (old.length > 0) {
    process.stdout.write(`Dump files of IntelMQ are taken over by "weir failures import FILE": ${old.join(", ")}\n`);
  }
  if (bots.length === 0) {
    process.stdout.write("Nothing to recover from, no dump files found!\n");
    return undefined;
  }
  for (const [index, bot] of bots.entries())
    process.stdout.write(`${String(index).padStart(3)}: ${bot}  ${counts.get(bot)} dumps\n`);
  const answer = (await lines.readLine("Which dump file to process (id or name)? "))?.trim();
  if (answer === undefined || answer === "" || answer === "q") return undefined;
  return /^[0-9]+$/.test(answer) ? (bots[Number(answer)] ?? answer) : answer;
}

function dumpFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".dump"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Bots and actions first; queues behind `r N ` and `a `. */
function completions(line: string, bots: readonly string[], queues: readonly string[]): readonly string[] {
  const start = /^(r \S+ |a )/.exec(line)?.[0];
  if (start === undefined) return [...bots, "r ", "a", "d", "s ", "e ", "q"].filter((word) => word.startsWith(line));
  return queues.map((queue) => start + queue).filter((text) => text.startsWith(line));
}
