/** What a run says: a line per file, the differences, and the same as JSON. */
import { count, type FileOutcome, type Outcome } from "./outcome.ts";

const shown: readonly Outcome["kind"][] = ["passed", "failed", "missing", "differs"];

/** `parsers/x   11 passed, 1 differs`, and why vectors are missing. */
export function fileLine(file: FileOutcome): string {
  const counts = shown.filter((kind) => count(file, kind) > 0).map((kind) => `${count(file, kind)} ${kind}`);
  const reasons = new Set(file.outcomes.flatMap(({ outcome }) => (outcome.kind === "missing" ? [outcome.reason] : [])));
  const why = reasons.size === 0 ? "" : ` (${[...reasons].join("; ")})`;
  return `${file.name.padEnd(52)} ${counts.join(", ")}${why}`;
}

/** Each failing vector with the first difference, indented below its file. */
export function failureLines(file: FileOutcome): readonly string[] {
  return file.outcomes.flatMap(({ id, outcome }) =>
    outcome.kind === "failed"
      ? [
          `  ${id} at ${outcome.difference.at}`,
          `    expected ${outcome.difference.expected}`,
          `    observed ${outcome.difference.observed}`,
        ]
      : [],
  );
}

/** Sums over all files. */
export function totalLine(files: readonly FileOutcome[]): string {
  const totals = shown.map((kind) => `${files.reduce((sum, file) => sum + count(file, kind), 0)} ${kind}`);
  return `${files.length} files: ${totals.join(", ")}`;
}

interface JsonFailure {
  readonly id: string;
  readonly at: string;
  readonly expected: string;
  readonly observed: string;
}

export interface JsonSummary {
  readonly passed: number;
  readonly failed: number;
  readonly missing: number;
  readonly differs: number;
  readonly failures?: readonly JsonFailure[];
}

/** One member per file, named with its kind. */
export function jsonSummary(files: readonly FileOutcome[]): Readonly<Record<string, JsonSummary>> {
  return Object.fromEntries(
    files.map((file) => {
      const failures = file.outcomes.flatMap(({ id, outcome }) =>
        outcome.kind === "failed" ? [{ id, ...outcome.difference }] : [],
      );
      return [
        file.name,
        {
          passed: count(file, "passed"),
          failed: count(file, "failed"),
          missing: count(file, "missing"),
          differs: count(file, "differs"),
          ...(failures.length === 0 ? {} : { failures }),
        },
      ];
    }),
  );
}
