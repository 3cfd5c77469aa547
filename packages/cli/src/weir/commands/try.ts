/** `weir try`: steps a sample through a bot or the whole botnet and shows what each changes; touches nothing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { readHarmonizationFile } from "@weir/engine/config";
import { type DryRunStep, dryRun, fieldChanges } from "@weir/engine/dry-run";
import { loadBots } from "@weir/engine/supervise";
import { createReport, type FieldTables, type Message, parseMessage, writeMessage } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import type { Colours } from "../../terminal/colour.ts";
import { readBotnet } from "../botnet-file.ts";
import { found } from "../exit-codes.ts";
import { readInput } from "../read-input.ts";
import { requireBots } from "../require-bots.ts";
import { type GlobalOptions, openSession, type Session } from "../session.ts";

const noStart = errorKind<{ kind: string; bot: string }>("WEIR_TRY_NO_START", {
  message: ({ kind, bot }) =>
    bot === "" ? "it is not said which bot gets the sample" : `${bot} is a ${kind} and takes no sample`,
  remedy:
    "Name a parser (it gets the file as a report) or an expert (an event as JSON): `weir try botnet FILE --from BOT`.",
  retry: "never",
});

const sampleUnreadable = errorKind<{ file: string; reason: string }>("WEIR_TRY_SAMPLE", {
  message: ({ file, reason }) => `${file} is no sample: ${reason}`,
  remedy:
    'Give a parser a file as it comes from the feed, an expert one event per line as JSON: {"source.ip": "192.0.2.1"}.',
  retry: "never",
});

export async function run(
  bot: string,
  file: string,
  options: GlobalOptions & { readonly from?: string },
): Promise<void> {
  const session = openSession(options);
  const { places } = session;
  const { settings, catalogue } = await readBotnet(places.runtimeFile);
  const bots = await loadBots(settings, catalogue);
  const id = bot === "botnet" ? (options.from ?? "") : bot;
  if (id === "") throw noStart({ kind: "", bot: "" });
  requireBots(
    [id],
    bots.map(({ settings: { id: known } }) => known),
  );
  const kind = bots.find((one) => one.settings.id === id)?.definition?.kind ?? "expert";
  if (kind === "collector") throw noStart({ kind, bot: id });
  const { fields } = await readHarmonizationFile(places.harmonizationFile);
  const samples = readSamples(file, kind === "parser", fields);
  const directory = mkdtempSync(join(tmpdir(), "weir-try-"));
  process.chdir(dirname(places.runtimeFile));
  try {
    const steps = await dryRun({
      bots,
      input: new Map([[id, samples]]),
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

/** A report with the file as its data, or an event per line. Throws WEIR_TRY_SAMPLE. */
function readSamples(file: string, asReport: boolean, fields: FieldTables): readonly Message[] {
  const data = readInput(file);
  if (asReport) {
    const report = createReport(fields.report);
    report.set("raw", new Uint8Array(data));
    if (file !== "-") report.set("extra.file_name", basename(file));
    return [report];
  }
  const text = data.toString("utf8").trim();
  // One event may be spread over lines; several stand on a line each.
  const parts = text.startsWith("{") && !text.includes("}\n{") ? [text] : text.split("\n");
  return parts
    .filter((part) => part.trim() !== "")
    .map((part, index) => {
      try {
        return parseMessage(part, fields, "Event");
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw sampleUnreadable(
          { file, reason: parts.length === 1 ? reason : `event ${index + 1}: ${reason}` },
          { cause: error },
        );
      }
    });
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

const shownMessages = 20;

function renderStep({ bot, kind, received, sent, failures, refused }: DryRunStep, { output }: Session): string {
  const { colours } = output;
  let text = `${colours.bold(bot)} ${colours.dim(`(${kind}) got ${received.length}`)}\n`;
  if (refused !== undefined) text += colours.red(`  could not run: ${refused}\n`);
  for (const { error } of failures) text += colours.red(`  failed: ${error.message}\n`);
  for (const [path, messages] of sent) {
    for (const [index, message] of messages.slice(0, shownMessages).entries()) {
      text += colours.cyan(`  ${path}[${index}]\n`);
      // What a parser makes has no "before".
      const before = kind === "parser" ? undefined : mostAlike(message, received);
      text += before === undefined ? allFields(message, colours) : changes(before, message, colours);
    }
    if (messages.length > shownMessages) text += colours.dim(`  … and ${messages.length - shownMessages} more\n`);
  }
  if (kind === "output") {
    for (const message of received.slice(0, shownMessages)) text += `  ${printable(withoutRaw(message))}\n`;
    if (received.length > shownMessages) text += colours.dim(`  … and ${received.length - shownMessages} more\n`);
  }
  return text;
}

function allFields(message: Message, colours: Colours): string {
  const fields = [...message.keys()].filter((field) => field !== "raw");
  return fields.map((field) => colours.green(`    + ${field}: ${printable(message.text(field) ?? "")}\n`)).join("");
}

function changes(before: Message, after: Message, colours: Colours): string {
  const found = fieldChanges(before, after);
  if (found.length === 0) return colours.dim("    unchanged\n");
  return found
    .map((change) => {
      if (change.kind === "added") return colours.green(`    + ${change.field}: ${printable(change.after)}\n`);
      if (change.kind === "removed") return colours.red(`    - ${change.field}: ${printable(change.before)}\n`);
      return colours.yellow(`    ~ ${change.field}: ${printable(change.before)} → ${printable(change.after)}\n`);
    })
    .join("");
}

/** The event that this one was, most likely: with the same data and the most fields in common. */
export function mostAlike(message: Message, candidates: Iterable<Message>): Message | undefined {
  let best: Message | undefined;
  let most = 0;
  for (const candidate of candidates) {
    let score = 1;
    for (const field of candidate.keys()) {
      if (candidate.text(field) === message.text(field)) score += field === "raw" ? 1000 : 1;
    }
    if (score > most) {
      most = score;
      best = candidate;
    }
  }
  return best;
}

function withoutRaw(message: Message): string {
  const shown = message.clone();
  shown.remove("raw");
  return writeMessage(shown).replace(/, "__type": "Event"\}$/, "}");
}

/** Strangers wrote this: no control characters on the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
