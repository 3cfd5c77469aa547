/** Colours of a terminal; none when the output is no terminal, or NO_COLOR is set. */

export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

/** Colours for this stream. */
export function coloursFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const on =
    (FORCE_COLOR !== undefined && FORCE_COLOR !== "0") || (stream.isTTY === true && !NO_COLOR && TERM !== "dumb");
  const paint =
    ([open, close]: readonly [number, number]) =>
    (text: string): string =>
      on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(codes.bold),
    dim: paint(codes.dim),
    red: paint(codes.red),
    green: paint(codes.green),
    yellow: paint(codes.yellow),
    blue: paint(codes.blue),
    cyan: paint(codes.cyan),
  };
}
