/** `weir failures list | show | edit | retry | drop | export | import`. */
import { writeFileSync } from "node:fs";
import { parseJson, writeJson } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import type { Colours } from "../../terminal/colour.ts";
import { editText } from "../../terminal/editor.ts";
import { counted } from "../../terminal/quantities.ts";
import { confirm } from "../../terminal/question.ts";
import { renderTable } from "../../terminal/table.ts";
import { decodedRaw, editable } from "../editable-message.ts";
import { found } from "../exit-codes.ts";
import { readInput } from "../read-input.ts";
import { ask, type GlobalOptions, openSession, type Session } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";

interface Filter extends GlobalOptions {
  readonly bot?: string;
  readonly error?: string;
}

interface Failure {
  readonly id: string;
  readonly time: string;
  readonly bot: string;
  readonly queue: string;
  readonly error: string;
}

interface ShownFailure {
  readonly id: string;
  readonly bot: string;
  readonly queue: string;
  readonly time: string;
  readonly attempts: number;
  readonly message?: string;
  readonly bytes?: string;
  readonly error: { readonly message: string; readonly stack?: string };
}

const noneNamed = errorKind<{ command: string }>("WEIR_FAILURES_NONE_NAMED", {
  message: ({ command }) => `"failures ${command}" needs ids, or --all`,
  remedy: "`weir failures` lists the ids.",
  retry: "never",
});

const outputUnwritable = errorKind<{ file: string }>("WEIR_OUTPUT_UNWRITABLE", {
  message: ({ file }) => `${file} cannot be written`,
  remedy: "Name a file in a directory that is there and that you may write to.",
  retry: "never",
});

function filterOf({ bot, error }: Filter): Record<string, string> {
  return { ...(bot === undefined ? {} : { bot }), ...(error === undefined ? {} : { error }) };
}

export async function list(options: Filter & { readonly count: string }): Promise<void> {
  const session = openSession(options);
  const { output } = session;
  const count = wholeNumber("--count", options.count, { min: 1, max: 10_000 });
  // The shapes of answers are those of control/operations.ts.
  const answer = (await ask(session, "failures.list", { ...filterOf(options), count })) as {
    total: number;
    failures: readonly Failure[];
  };
  const table = renderTable(
    answer.failures,
    [
      { title: "ID", cell: ({ id }) => id },
      { title: "TIME", cell: ({ time }) => time },
      { title: "BOT", cell: ({ bot }) => bot },
      { title: "ERROR", cell: ({ error }) => error },
    ],
    { title: output.colours.dim, width: output.width },
  );
  const more =
    answer.total > answer.failures.length ? `${answer.total - answer.failures.length} more: --count shows them.\n` : "";
  output.result(answer, answer.total === 0 ? "There are no failures.\n" : table + more);
}

export async function show(id: string, options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  const failure = (await ask(session, "failures.show", { id })) as ShownFailure;
  session.output.result(failure, renderFailure(failure, session.output.colours));
}

/** A failure for people: what happened, the message field by field, and what can be done. */
function renderFailure(failure: ShownFailure, colours: Colours): string {
  const { id, bot, queue, time, attempts, error, message, bytes } = failure;
  const fields = message === undefined ? undefined : parseJson(message);
  const lines =
    fields instanceof Map
      ? [...fields]
          .filter(([name]) => name !== "__type")
          .map(([name, value]) => {
            const text =
              (name === "raw" ? decodedRaw(fields) : undefined) ??
              (typeof value === "string" ? value : writeJson(value, { ascii: false }));
            return `  ${colours.cyan(name)}: ${printable(text.trimEnd())}`;
          })
      : [`  ${printable(message ?? Buffer.from(bytes ?? "", "base64").toString("utf8"))}`];
  return [
    `${colours.red(error.message)}`,
    colours.dim(
      `${bot}, ${time}, ${attempts} ${attempts === 1 ? "try" : "tries"}${queue === "" ? "" : `, from ${queue}`}`,
    ),
    "",
    ...lines,
    "",
    colours.dim(error.stack ?? ""),
    "",
    `Again: weir failures retry ${id}   change it first: weir failures edit ${id}   never: weir failures drop ${id}`,
    "",
  ].join("\n");
}

const longestShown = 4000;

/** Strangers wrote this: no control characters on the terminal but line ends, and no endless text. */
function printable(text: string): string {
  const cut = text.length > longestShown ? `${text.slice(0, longestShown)}… (${text.length} characters)` : text;
  return cut.replaceAll(/[^\P{Cc}\n]/gu, " ").replaceAll("\n", "\n    ");
}

export async function edit(id: string, options: GlobalOptions & { readonly file?: string }): Promise<void> {
  const session = openSession(options);
  const message = options.file === undefined ? await edited(id, session) : readInput(options.file).toString("utf8");
  if (message === undefined) {
    session.output.result({ id, changed: false }, "Nothing changed.\n");
    return;
  }
  await ask(session, "failures.edit", { id, message });
  session.output.result({ id, changed: true }, `${id} is changed. Send it again with: weir failures retry ${id}\n`);
}

/** The message after the editor; undefined when it is as it was. */
async function edited(id: string, session: Session): Promise<string | undefined> {
  const { message, bytes } = (await ask(session, "failures.show", { id })) as ShownFailure;
  if (message === undefined) return editText(Buffer.from(bytes ?? "", "base64").toString("utf8"), "message.txt");
  const { text, back } = editable(message);
  const now = editText(text, "message.json");
  return now === text ? undefined : back(now);
}

interface Chosen extends Filter {
  readonly all?: boolean;
  readonly queue?: string;
  readonly yes?: boolean;
}

export async function retry(ids: readonly string[], options: Chosen): Promise<void> {
  const session = openSession(options);
  if (ids.length === 0 && options.all !== true) throw noneNamed({ command: "retry" });
  const target = options.queue === undefined ? {} : { queue: options.queue };
  const request = { ids, all: options.all === true, ...filterOf(options), ...target };
  const answer = (await ask(session, "failures.retry", request)) as {
    retried: number;
    skipped: readonly { id: string; reason: string }[];
  };
  const skipped = answer.skipped.map(({ id, reason }) => `${id}: ${reason}\n`).join("");
  session.output.result(answer, `${answer.retried} sent again.\n${skipped}`);
  found(answer.skipped.length > 0);
}

export async function drop(ids: readonly string[], options: Chosen): Promise<void> {
  const session = openSession(options);
  if (ids.length === 0 && options.all !== true) throw noneNamed({ command: "drop" });
  const what = options.all === true ? "all failures that the filters leave" : counted(ids.length, "failure");
  if (options.yes !== true && !(await confirm(`Delete ${what} for good?`))) return;
  const answer = (await ask(session, "failures.drop", { ids, all: options.all === true, ...filterOf(options) })) as {
    dropped: number;
  };
  session.output.result(answer, `${answer.dropped} deleted.\n`);
}

export async function exportDump(file: string, options: Filter): Promise<void> {
  const session = openSession(options);
  const { text } = (await ask(session, "failures.export", filterOf(options))) as { text: string };
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw outputUnwritable({ file }, { cause: error });
  }
  session.output.result({ file }, `Written to ${file}.\n`);
}

export async function importDump(file: string, options: Filter): Promise<void> {
  const session = openSession(options);
  const bot = options.bot === undefined ? {} : { bot: options.bot };
  const answer = (await ask(session, "failures.import", { text: readInput(file).toString("utf8"), ...bot })) as {
    imported: number;
    problems: readonly string[];
  };
  session.output.result(
    answer,
    `${counted(answer.imported, "failure")} taken over.\n${answer.problems.map((problem) => `${problem}\n`).join("")}`,
  );
}
