/** What became of a vector, and of a file of vectors. */
import type { Difference } from "./compare/difference.ts";

export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly difference: Difference }
  /** No such bot, fixture or program here. */
  | { readonly kind: "missing"; readonly reason: string }
  /** The reference is known to be wrong here, and we do otherwise. */
  | { readonly kind: "differs"; readonly difference: Difference };

export interface VectorOutcome {
  readonly id: string;
  readonly outcome: Outcome;
}

export interface FileOutcome {
  /** `parsers/abusech-parser_feodotracker`. */
  readonly name: string;
  readonly outcomes: readonly VectorOutcome[];
}

/** Passed when there is no difference; a difference counts only where the reference is right. */
export function judge(difference: Difference | undefined, referenceBug: boolean): Outcome {
  if (difference === undefined) return { kind: "passed" };
  return referenceBug ? { kind: "differs", difference } : { kind: "failed", difference };
}

export function count({ outcomes }: FileOutcome, kind: Outcome["kind"]): number {
  return outcomes.filter(({ outcome }) => outcome.kind === kind).length;
}
