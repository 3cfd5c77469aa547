/** Why a bot must not start: what `check` says against it. */
import { basename } from "node:path";
import type { Finding } from "../config/findings.ts";
import { sentence } from "../observe/sentence.ts";

export interface Refusal {
  /** The first error with its place and what would be right, and how many more there are. */
  readonly reason: string;
  /** True when it may pass without a change of the configuration: only the bot's own check complains, say of a missing file. */
  readonly mayPass: boolean;
}

/** The refusal that errors of a bot make; undefined when there are none. */
export function refusalOf(errors: readonly Finding[]): Refusal | undefined {
  const [first, ...more] = errors;
  if (first === undefined) return undefined;
  const { file, line, column, message, remedy } = first;
  const where = line === 0 ? basename(file) : `${basename(file)}:${line}:${column}`;
  const what = `${where}: ${message}${remedy === undefined ? "" : `; ${remedy}`}`;
  const others = more.length === 0 ? "" : ` (and ${more.length} more: see \`weir check\`)`;
  return { reason: sentence(`${what}${others}`), mayPass: errors.every(({ code }) => code === "bot-check") };
}
