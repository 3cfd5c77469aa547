/** The shell over the failures of one bot. Numbers are those of the list that was shown last; it is shown again after changes. */
import type { Readable, Writable } from "node:stream";
import { editText } from "../terminal/editor.ts";
import { editable } from "../weir/editable-message.ts";
import { parseAction } from "./action.ts";
import { entryLine, entryText, type ShownLetter } from "./entry-text.ts";

export interface ShellOptions {
  readonly bot: string;
  /** Characters of `raw` that are shown; 0: all. */
  readonly truncate: number;
  /** Queues that bots read, by name: whether a parser reads it. */
  readonly queues: ReadonlyMap<string, { readonly parser: boolean }>;
  /** The next line; undefined at the end of the input. */
  readLine(prompt: string): Promise<string | undefined>;
  write(text: string): void;
  /** Asks supervisor or store. */
  ask(command: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  edit?(text: string, name: string): string;
}

const prompt = "recover by (r)ids, recover (a)ll, (d)elete all or by ids, (s)how by ids, (e)dit ids, (q)uit? ";

export async function runShell(options: ShellOptions): Promise<void> {
  const { bot, write, readLine } = options;
  let letters = await load(options);
  let show = true;
  while (letters.length > 0) {
    if (show) {
      write(`Processing ${bot}: ${letters.length} dumps\n`);
      for (const [index, letter] of letters.entries()) write(`${entryLine(index, letter)}\n`);
    }
    const line = await readLine(prompt);
    if (line === undefined) return;
    const action = parseAction(line, letters.length);
    if (action.kind === "quit") return;
    if (action.kind === "wrong") write(`${action.reason}\n`);
    else if (action.kind === "show")
      for (const id of action.ids) write(entryText(await whole(options, letters[id]), options.truncate));
    else if (action.kind === "edit") for (const id of action.ids) await edit(options, letters[id]);
    else if (action.kind === "delete" || action.kind === "delete-all") {
      const ids =
        action.kind === "delete" ? action.ids.flatMap((id) => letters[id]?.id ?? []) : letters.map(({ id }) => id);
      await options.ask("failures.drop", { ids, all: false });
      write(`${ids.length} deleted.\n`);
    } else {
      const ids =
        action.kind === "recover" ? action.ids.flatMap((id) => letters[id]?.id ?? []) : letters.map(({ id }) => id);
      await recover(options, ids, action.queue);
    }
    const before = letters.length;
    letters = await load(options);
    show = letters.length !== before;
  }
  write("Nothing is left.\n");
}

async function load({ ask, bot }: ShellOptions): Promise<readonly ShownLetter[]> {
  const { failures } = (await ask("failures.list", { bot, count: 10_000 })) as {
    failures: readonly (Omit<ShownLetter, "error"> & { readonly error: string })[];
  }; // see control/operations.ts
  const letters = failures.map(({ error, ...letter }) => ({ ...letter, error: { name: "Error", message: error } }));
  return letters.sort((a, b) => (a.time < b.time || (a.time === b.time && a.id < b.id) ? -1 : 1));
}

async function whole({ ask }: ShellOptions, letter: ShownLetter | undefined): Promise<ShownLetter> {
  return (await ask("failures.show", { id: letter?.id ?? "" })) as ShownLetter; // see control/operations.ts
}

async function recover(options: ShellOptions, ids: readonly string[], queue: string | undefined): Promise<void> {
  const { queues, write, ask } = options;
  if (queue !== undefined && !queues.has(queue)) {
    write(`No bot reads a queue ${queue}.\n`);
    return;
  }
  const asReport = queue !== undefined && queues.get(queue)?.parser === true;
  const target = queue === undefined ? {} : { queue, asReport };
  const { retried, skipped } = (await ask("failures.retry", { ids, all: false, ...target })) as {
    retried: number;
    skipped: readonly { id: string; reason: string }[];
  }; // see control/operations.ts
  if (asReport && retried > 0) write("Event converted to Report automatically.\n");
  for (const { id, reason } of skipped) write(`${id}: ${reason}\n`);
  write(`${retried} recovered.\n`);
}

async function edit(options: ShellOptions, chosen: ShownLetter | undefined): Promise<void> {
  const { edit: editor = editText, write, ask } = options;
  const { id, message, bytes } = await whole(options, chosen);
  const form = message === undefined ? undefined : editable(message);
  const text = form?.text ?? Buffer.from(bytes ?? "", "base64").toString("utf8");
  try {
    const changed = editor(text, message === undefined ? "message.txt" : "message.json");
    if (changed === text) write("Not changed.\n");
    else {
      await ask("failures.edit", { id, message: form?.back(changed) ?? changed.trim() });
      write("Changed.\n");
    }
  } catch (error) {
    // A slip in the text, or an editor that fails, must not end the shell.
    write(`Not changed: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

export interface LineReader {
  readLine(prompt: string): Promise<string | undefined>;
  close(): void;
}

/** Lines of a terminal, with completion, or of anything else that is read. */
export async function openLines(
  input: Readable,
  output: Writable,
  complete: (line: string) => readonly string[],
): Promise<LineReader> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input, output, completer: (line: string) => [complete(line), line] });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    async readLine(prompt) {
      lines.setPrompt(prompt);
      lines.prompt();
      const next = await iterator.next();
      return next.done === true ? undefined : next.value;
    },
    close: () => lines.close(),
  };
}
