/** Failures as intelmqdump shows them: by bot, numbered by time. */
import { tracebackOf } from "@weir/engine/control";

/** A failure as the operation `failures.show` gives it. */
export interface ShownLetter {
  readonly id: string;
  readonly time: string;
  readonly bot: string;
  readonly queue: string;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string };
  readonly message?: string;
  readonly bytes?: string;
}

/** `<time> <last line of the traceback>`; long texts by their beginning and end. */
export function entryLine(index: number, { time, error }: Pick<ShownLetter, "time" | "error">): string {
  const last = error.message.split("\n").findLast((line) => line.trim() !== "") ?? "";
  const text = last.length > 200 ? `${last.slice(0, 100)}...${last.slice(-100)}` : last;
  return `${String(index).padStart(3)}: ${time} ${oneLine(text)}`;
}

/** A failure whole, its message taken apart; `raw` is cut behind `truncate` characters, 0: never. */
export function entryText(letter: ShownLetter, truncate: number): string {
  const { time, bot, queue, error, message, bytes } = letter;
  const shown = {
    time,
    bot_id: bot,
    source_queue: queue,
    traceback: tracebackOf(error).map((piece) => piece.trimEnd()),
    message: message === undefined ? (bytes ?? null) : parsedMessage(message, truncate),
    ...(message === undefined ? { message_type: "base64" } : {}),
  };
  return `${JSON.stringify(shown, undefined, 4)}\n`;
}

function parsedMessage(text: string, truncate: number): unknown {
  const fields = JSON.parse(text) as Record<string, unknown>; // a message on the wire is an object
  const { raw } = fields;
  if (truncate > 0 && typeof raw === "string" && raw.length > truncate)
    fields.raw = `${raw.slice(0, truncate)}...[truncated]`;
  return fields;
}

/** Errors quote what strangers wrote: no control characters on the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
