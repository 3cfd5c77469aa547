/** Forms of Request Tracker: `Key: value` lines, continuation lines indented; compared as a set of entries. */
import type { JsonValue } from "@weir/format";
import type { Difference } from "./difference.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareValue } from "./value.ts";

export function isTicketForm(value: JsonValue | undefined): value is string {
  return typeof value === "string" && /^[^\n:]+: ?/.test(value);
}

export function compareTicketForm(expected: string, observed: string, at: string): Difference | undefined {
  return compareAsMultiset(entries(expected), entries(observed), at, compareValue);
}

function entries(form: string): readonly string[] {
  const found: string[] = [];
  for (const line of form.replaceAll("\r\n", "\n").split("\n")) {
    const last = found.length - 1;
    if (line.startsWith(" ") && last >= 0) found[last] = `${found[last]}\n${line}`;
    else if (line !== "") found.push(line);
  }
  return found;
}
