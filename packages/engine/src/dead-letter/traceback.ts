/**
 * An error as the traceback of a dump file and back: where it came from first, `Name: message` as the last piece.
 *
 * The pieces are Python's: each ends with a line feed, and only the last, the error itself, may hold several lines. A stack of
 * ours says the error first and the places below it; what stands above the places is left out when it says the same.
 */
import { isList, type JsonValue, writeJson } from "@weir/format";
import type { DeadLetter } from "./dead-letter.ts";

type DescribedError = DeadLetter["error"];

/** The pieces of a traceback. */
export function tracebackOf({ name, message, stack = "" }: DescribedError): readonly string[] {
  const last = `${name}: ${message}`;
  if (stack === last) return [`${last}\n`];
  // An imported traceback ends with the error; its name may have a module before it there.
  const start = stack.lastIndexOf("\n", stack.length - last.length) + 1;
  if (start > 0 && stack.endsWith(last) && /^(?:\w+\.)*$/.test(stack.slice(start, stack.length - last.length)))
    return [...pieces(stack.slice(0, start - 1)), `${stack.slice(start)}\n`];
  return [...pieces(stack.startsWith(`${last}\n`) ? stack.slice(last.length + 1) : stack), `${last}\n`];
}

function pieces(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n").map((line) => `${line}\n`);
}

/** The error of a traceback: a list of pieces, or one text. What says nothing gives an error that says so. */
export function errorOfTraceback(trace: JsonValue | undefined): DescribedError {
  const { before, last } = parts(trace);
  if (last === "") return { name: "Error", message: "imported from a dump file that gives no error" };
  const [, name = "Error", message = last] = /^(?:\w+\.)*(\w+): (.*)$/s.exec(last) ?? [];
  if (before === "") return { name, message };
  return { name, message, stack: stackOf(before, last) };
}

/** Lines before the last piece, and that piece, without their line ends. */
function parts(trace: JsonValue | undefined): { readonly before: string; readonly last: string } {
  if (isList(trace)) {
    const texts = trace.map((piece) => (typeof piece === "string" ? piece : writeJson(piece)));
    const end = texts.findLastIndex((text) => text.trim() !== "");
    const [last = ""] = texts.slice(end, end + 1);
    return { before: withoutLineEnd(texts.slice(0, Math.max(end, 0)).join("")), last: withoutLineEnd(last) };
  }
  const text = typeof trace === "string" ? trace.trimEnd() : "";
  const at = text.lastIndexOf("\n");
  return { before: text.slice(0, Math.max(at, 0)), last: text.slice(at + 1) };
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** As our own errors have it when the lines are ours, as it stood there otherwise. */
function stackOf(before: string, last: string): string {
  if (before.startsWith(frame)) return `${last}\n${before}`;
  return before.includes(`\n${frame}`) ? before : `${before}\n${last}`;
}

const frame = "    at ";
