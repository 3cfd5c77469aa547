/** Quantifiers of Python's regular expressions. */
import type { Scanner } from "./regex-scanner.ts";
import type { RepeatNode } from "./regex-tree.ts";

const MAXIMUM_REPEAT = 4294967294;

/** Reads `*`, `+`, `?`, `{m,n}` with `?` or `+` behind; `undefined` where there is none (a lone brace is a literal). */
export function readQuantifier(scanner: Scanner): Pick<RepeatNode, "min" | "max" | "mode"> | undefined {
  const start = scanner.at;
  let [min, max] = [0, Number.POSITIVE_INFINITY];
  if (scanner.take("*")) min = 0;
  else if (scanner.take("+")) min = 1;
  else if (scanner.take("?")) max = 1;
  else if (scanner.peek() === "{") {
    const counts = /^\{([0-9]*)(,?)([0-9]*)\}/.exec(scanner.source.slice(start, start + 60));
    if (counts === null || counts[0] === "{}") return undefined;
    const [text, low = "", comma, high = ""] = counts;
    scanner.at += text.length;
    min = low === "" ? 0 : Number(low);
    if (comma === "") max = min;
    else if (high !== "") max = Number(high);
    if (min > MAXIMUM_REPEAT || (high !== "" && max > MAXIMUM_REPEAT)) {
      throw scanner.error("the repetition number is too large", start);
    }
    if (min > max) throw scanner.error("min repeat greater than max repeat", start);
  } else return undefined;
  const mode = scanner.take("?") ? "lazy" : scanner.take("+") ? "possessive" : "greedy";
  return { min, max, mode };
}
