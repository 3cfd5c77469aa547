/** What is wrong, or worth knowing, about a configuration; all of it at once, each with its place and a remedy. */
import type { Position } from "./located.ts";

/** `error`: a bot cannot run. `warning`: it runs otherwise than meant. `info`: worth knowing. */
export type FindingLevel = "error" | "warning" | "info";

export interface Finding {
  readonly level: FindingLevel;
  /** Stable name of the rule, such as `unknown-parameter`. */
  readonly code: string;
  readonly file: string;
  /** From 1; 0: the finding concerns the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** Characters to underline. */
  readonly length?: number;
  readonly bot?: string;
  readonly parameter?: string;
  /** What is wrong; never holds a secret. */
  readonly message: string;
  /** What would be right. */
  readonly remedy?: string;
}

/** A finding at a place. */
export function finding(
  level: FindingLevel,
  code: string,
  at: Position,
  message: string,
  more: { readonly bot?: string; readonly parameter?: string; readonly remedy?: string | undefined } = {},
): Finding {
  const { file, line, column, length } = at;
  const { bot, parameter, remedy } = more;
  return {
    level,
    code,
    file,
    line,
    column,
    ...(length === undefined ? {} : { length }),
    ...(bot === undefined ? {} : { bot }),
    ...(parameter === undefined ? {} : { parameter }),
    message,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

const rank = { error: 0, warning: 1, info: 2 };

/** In the order of the files' text; at one place the worst first. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      rank[a.level] - rank[b.level] ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const widestExcerpt = 160;

/**
 * Findings as plain text for a terminal, each with its line and a caret below the place:
 *
 *     runtime.yaml:7:5: error: bot "feed": … [unknown-module]
 *         7 |     module: intelmq.bots.parsers.genric.csv
 *           |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 *       did you mean …?
 *
 * `sources` gives the text of each file, with secrets already masked (see `maskSecrets`).
 */
export function renderFindings(findings: readonly Finding[], sources: ReadonlyMap<string, string> = new Map()): string {
  const lines = new Map<string, readonly string[]>();
  for (const [file, text] of sources) lines.set(file, text.split(/\r\n|\n|\r/));
  return findings.map((found) => renderFinding(found, lines.get(found.file))).join("");
}

function renderFinding(found: Finding, lines: readonly string[] | undefined): string {
  const where = found.line === 0 ? found.file : `${found.file}:${found.line}:${found.column}`;
  const who = found.bot === undefined ? "" : `bot "${found.bot}": `;
  let text = `${visible(`${where}: ${found.level}: ${who}${found.message} [${found.code}]`)}\n`;
  const source = lines?.[found.line - 1];
  if (source !== undefined && found.line > 0) text += excerpt(source, found);
  if (found.remedy !== undefined) text += `  ${visible(found.remedy)}\n`;
  return text;
}

function excerpt(source: string, { line, column, length = 1 }: Finding): string {
  const from = column > widestExcerpt - 40 ? column - 40 : 0;
  const shown = visible(source.slice(from, from + widestExcerpt));
  const number = String(line).padStart(5);
  const before = Math.max(0, column - 1 - from);
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - before)));
  return `${number} | ${shown}\n      | ${" ".repeat(before)}${carets}\n`;
}

/** One cell per character: tabs become blanks, characters that drive a terminal or turn the direction of writing a dot. */
function visible(text: string): string {
  return text.replaceAll("\t", " ").replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ".");
}
