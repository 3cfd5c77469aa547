/** The only writer to the terminal: text for people on a terminal, one JSON document with `--json`. */
import { type Colours, coloursFor } from "./colour.ts";

export interface Output {
  readonly colours: Colours;
  readonly errorColours: Colours;
  /** Columns of the terminal; undefined when the output is none. */
  readonly width: number | undefined;
  readonly interactive: boolean;
  /** Text for people; nothing with `--json`. */
  text(text: string): void;
  /** A result: the JSON with `--json`, the text otherwise. */
  result(value: unknown, text: string): void;
  /** Notes and errors, on the error stream. */
  note(text: string): void;
}

export function openOutput({ json }: { readonly json: boolean }): Output {
  const { stdout, stderr } = process;
  return {
    colours: coloursFor(stdout),
    errorColours: coloursFor(stderr),
    width: stdout.isTTY ? stdout.columns : undefined,
    interactive: stdout.isTTY === true && !json,
    text(text) {
      if (!json) stdout.write(text);
    },
    result(value, text) {
      stdout.write(json ? `${JSON.stringify(value, jsonSafe, 2)}\n` : text);
    },
    note(text) {
      stderr.write(text);
    },
  };
}

function jsonSafe(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}
