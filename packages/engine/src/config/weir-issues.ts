/** Places of complaints about a `weir:` section. */
import { type LocatedEntry, nodeAt } from "./located.ts";
import type { IssueContext } from "./schema-issues.ts";

/** How complaints about `weir:` are told; `names` are its settings. */
export function weirIssueContext(entry: LocatedEntry, names: readonly string[], bot?: string): IssueContext {
  return {
    within: "weir",
    code: "invalid-setting",
    ...(bot === undefined ? {} : { bot }),
    namesAt: (path) =>
      path.length === 0 ? names : path[0] === "queue" ? ["durable", "max_messages", "max_bytes"] : [],
    locate: (path, part) => {
      const { node, key } = nodeAt(entry.value, path);
      return part === "key" ? (key ?? entry.at) : node.at;
    },
  };
}
