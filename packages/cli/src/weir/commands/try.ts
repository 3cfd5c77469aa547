/** `weir try`: steps a sample through a bot or the whole botnet and shows what each changes; touches nothing. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { catalogue } from "@weir/bots/catalogue";
import { catalogueWithOwn } from "@weir/engine";
import { loadSettings, readHarmonizationFile } from "@weir/engine/config";
import { type DryRunStep, dryRun, fieldChanges } from "@weir/engine/dry-run";
import { loadBots } from "@weir/engine/supervise";
import { createReport, type Message, parseMessage, writeMessage } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, openSession, type Session } from "../session.ts";

const noSuchBot = errorKind<{ bot: string }>("WEIR_TRY_UNKNOWN_BOT", {
  message: ({ bot }) =>
    bot === "" ? "--from has to name the bot that gets the sample" : `the botnet has no bot "${bot}"`,
  remedy: "`weir list bots` shows them.",
  retry: "never",
});

export async function run(
  bot: string,
  file: string,
  options: GlobalOptions & { readonly from?: string },
): Promise<void> {
  const session = openSession(options);
  const { places } = session;
  const { settings } = await loadSettings(places.runtimeFile);
  const bots =
    settings === undefined ? [] : await loadBots(settings, catalogueWithOwn(catalogue, dirname(places.runtimeFile)));
  const id = bot === "botnet" ? (options.from ?? "") : bot;
  const target = bots.find((one) => one.settings.id === id);
  if (target === undefined) throw noSuchBot({ bot: id });
  const { fields } = await readHarmonizationFile(places.harmonizationFile);
  const data = readFileSync(file === "-" ? 0 : file);
  let sample: Message;
  if (target.definition?.kind === "parser") {
    sample = createReport(fields.report);
    sample.set("raw", new Uint8Array(data));
    if (file !== "-") sample.set("extra.file_name", file.slice(file.lastIndexOf("/") + 1));
  } else sample = parseMessage(data.toString("utf8"), fields, "Event");
  const directory = mkdtempSync(join(tmpdir(), "weir-try-"));
  process.chdir(dirname(places.runtimeFile));
  try {
    const steps = await dryRun({
      bots,
      input: new Map([[id, [sample]]]),
      directory,
      fields,
      ...(bot === "botnet" ? {} : { only: id }),
    });
    session.output.result(steps.map(plainStep), steps.map((step) => renderStep(step, session)).join("\n"));
    found(steps.some(({ refused, failures }) => refused !== undefined || failures.length > 0));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function plainStep({ bot, module, received, sent, failures, refused }: DryRunStep): unknown {
  return {
    bot,
    module,
    received: received.map(writeMessage),
    sent: Object.fromEntries([...sent].map(([path, messages]) => [path, messages.map(writeMessage)])),
    failures: failures.map(({ error }) => error.message),
    ...(refused === undefined ? {} : { refused }),
  };
}

function renderStep({ bot, kind, received, sent, failures, refused }: DryRunStep, { output }: Session): string {
  const { colours } = output;
  let text = `${colours.bold(bot)} ${colours.dim(`(${kind}) got ${received.length}`)}\n`;
  if (refused !== undefined) text += colours.red(`  could not run: ${refused}\n`);
  for (const { error } of failures) text += colours.red(`  failed: ${error.message}\n`);
  for (const [path, messages] of sent) {
    messages.slice(0, 10).forEach((message, index) => {
      text += colours.cyan(`  ${path}[${index}]\n`);
      const before = kind === "parser" ? undefined : received[index];
      if (before === undefined)
        for (const [field, value] of message.entries())
          text += field === "raw" ? "" : colours.green(`    + ${field}: ${String(value)}\n`);
      else
        for (const change of fieldChanges(before, message)) {
          if (change.kind === "added") text += colours.green(`    + ${change.field}: ${change.after}\n`);
          else if (change.kind === "removed") text += colours.red(`    - ${change.field}: ${change.before}\n`);
          else text += colours.yellow(`    ~ ${change.field}: ${change.before} → ${change.after}\n`);
        }
    });
  }
  if (kind === "output") for (const message of received.slice(0, 10)) text += `  ${writeMessage(message)}\n`;
  return text;
}
