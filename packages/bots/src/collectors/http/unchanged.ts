/**
 * Conditional requests (RFC 9110, 13): what the server said about the version that was reported last, so that the same
 * version is not reported again.
 *
 * Invariants
 * - A version counts as reported exactly when its last report is committed: the note is part of the same unit of work.
 * - Other parameters make another version: what was left out before may be wanted now.
 */
import { createHash } from "node:crypto";
import type { BotState, CollectedReport } from "@weir/engine";

export interface VersionMemory {
  /** Headers that ask for newer versions only. Empty when nothing is known of this request. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Gives the last report of the version that these headers describe. */
  lastReport(report: CollectedReport, headers: ReadonlyMap<string, string>): Iterable<CollectedReport>;
}

const key = "version";

/** `request`: everything on which the reports depend, such as the address. */
export function versionMemory(state: BotState, request: readonly unknown[], signal: AbortSignal): VersionMemory {
  const digest = createHash("sha256").update(JSON.stringify(request)).digest("base64url");
  const before = state.get(key);
  const known = before instanceof Map && before.get("request") === digest ? before : new Map<string, unknown>();
  const etag = known.get("etag");
  const modified = known.get("modified");
  return {
    conditions: {
      ...(typeof etag === "string" ? { "if-none-match": etag } : {}),
      ...(typeof modified === "string" ? { "if-modified-since": modified } : {}),
    },
    *lastReport(report, headers) {
      const version = new Map([["request", digest]]);
      for (const [name, header] of [
        ["etag", "etag"],
        ["modified", "last-modified"],
      ] as const) {
        const value = headers.get(header);
        if (value !== undefined && value.length <= 1000) version.set(name, value);
      }
      state.set(key, version);
      let isKept = false;
      try {
        yield report;
        isKept = true;
      } finally {
        // A bot that is being stopped loses what was not committed anyway.
        if (!isKept && !signal.aborted) {
          if (before === undefined) state.delete(key);
          else state.set(key, before);
        }
      }
    },
  };
}
