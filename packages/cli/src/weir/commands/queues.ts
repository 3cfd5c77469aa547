/** `weir queues list | peek | purge | put`. */
import { closest, loadSettings } from "@weir/engine/config";
import { counted, formatBytes, formatCount, formatDuration } from "../../terminal/quantities.ts";
import { confirm } from "../../terminal/question.ts";
import { renderTable } from "../../terminal/table.ts";
import { readInput } from "../read-input.ts";
import { ask, type GlobalOptions, openSession, type Session } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";

interface Depth {
  readonly messages: number;
  readonly bytes: number;
  readonly parked: number;
  readonly oldest?: number;
}

export async function list(options: GlobalOptions & { readonly all?: boolean }): Promise<void> {
  const session = openSession(options);
  const depths = (await ask(session, "queues.list")) as Record<string, Depth>; // see operations.ts
  const { output } = session;
  const rows = Object.entries(depths)
    .map(([queue, depth]) => ({ queue, ...depth }))
    .filter(({ messages, parked }) => options.all === true || messages > 0 || parked > 0)
    .sort((a, b) => (a.queue < b.queue ? -1 : 1));
  const text = renderTable(
    rows,
    [
      { title: "QUEUE", cell: ({ queue }) => queue },
      { title: "MESSAGES", align: "right", cell: ({ messages }) => formatCount(messages) },
      { title: "SIZE", align: "right", cell: ({ bytes }) => formatBytes(bytes) },
      { title: "PARKED", align: "right", cell: ({ parked }) => (parked === 0 ? "" : formatCount(parked)) },
      {
        title: "OLDEST",
        align: "right",
        cell: ({ oldest }) => (oldest === undefined ? "" : formatDuration(Date.now() - oldest)),
      },
    ],
    { title: output.colours.dim, width: output.width },
  );
  output.result(depths, rows.length === 0 ? "All queues are empty.\n" : text);
}

export async function peek(
  queue: string,
  options: GlobalOptions & { readonly count: string; readonly offset: string },
): Promise<void> {
  const session = openSession(options);
  const count = wholeNumber("--count", options.count, { min: 1, max: 1000 });
  const offset = wholeNumber("--offset", options.offset, { min: 0 });
  const messages = (await ask(session, "queues.peek", { queue, count, offset })) as readonly {
    id?: string;
    message?: string;
    error?: string;
    bytes?: string;
  }[]; // see operations.ts
  const { colours } = session.output;
  const text = messages.map(
    ({ id, message, error, bytes }) =>
      `${colours.dim(`${id ?? "unreadable"}${error === undefined ? "" : `: ${error}`}`)}\n${message ?? Buffer.from(bytes ?? "", "base64").toString("utf8")}\n`,
  );
  if (text.length === 0) await noteUnread(session, queue);
  session.output.result(messages, text.length === 0 ? `${queue} is empty.\n` : text.join(""));
}

export async function purge(queue: string, options: GlobalOptions & { readonly yes?: boolean }): Promise<void> {
  const session = openSession(options);
  if (options.yes !== true && !(await confirm(`Remove all messages of ${queue} for good?`))) return;
  const { removed } = (await ask(session, "queues.purge", { queue })) as { removed: number }; // see operations.ts
  session.output.result({ removed }, `${counted(removed, "message")} removed from ${queue}.\n`);
}

export async function put(
  queue: string,
  file: string | undefined,
  options: GlobalOptions & { readonly type: string },
): Promise<void> {
  const session = openSession(options);
  const text = readInput(file).toString("utf8");
  const messages = text.split("\n").filter((line) => line.trim() !== "");
  const { added } = (await ask(session, "queues.put", { queue, messages, type: options.type })) as { added: number }; // see operations.ts
  await noteUnread(session, queue);
  session.output.result({ added }, `${counted(added, "message")} put into ${queue}.\n`);
}

/** A queue that no bot reads is probably a typing mistake; messages may wait there all the same. */
async function noteUnread({ places, output }: Session, queue: string): Promise<void> {
  const { settings } = await loadSettings(places.runtimeFile);
  const read = (settings?.bots ?? []).map(({ sourceQueue }) => sourceQueue);
  if (settings === undefined || read.includes(queue)) return;
  const nearest = closest(queue, read);
  output.note(`No bot reads a queue "${queue}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}\n`);
}
