/**
 * How deeply a YAML text nests, measured without recursion. The parser recurses once per level, and a stack overflow inside it can
 * end the whole process (V8 cannot compile a regular expression on a full stack and aborts), so deep texts are refused unread.
 */
import { CST, Lexer } from "yaml";

/** Levels that a configuration may nest; never less than the true depth, at most about twice as much. */
export const deepestYaml = 200;

/** True when the text may nest deeper than `deepestYaml`. Stops reading there. */
export function nestsTooDeep(text: string): boolean {
  const columns: number[] = [];
  const flows: number[] = [];
  let open = 0;
  let column = 0;
  let lineStart = true;
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    if (type === "flow-map-start" || type === "flow-seq-start") {
      flows.push(0);
    } else if (type === "flow-map-end" || type === "flow-seq-end") {
      open -= flows.pop() ?? 0;
    } else if (flows.length > 0) {
      // `{a: b: c: …` nests too, up to the next comma
      const last = flows.length - 1;
      if (type === "map-value-ind" || type === "explicit-key-ind") {
        flows[last] = (flows[last] ?? 0) + 1;
        open++;
      } else if (type === "comma") {
        open -= flows[last] ?? 0;
        flows[last] = 0;
      }
    } else if (type !== null && !blank.has(type)) {
      if (lineStart) {
        while ((columns.at(-1) ?? -1) >= column) columns.pop();
        columns.push(column);
        lineStart = false;
      } else if (type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind") {
        columns.push(column);
      }
    }
    if (columns.length + flows.length + open > 2 * deepestYaml) return true;
    const lineEnd = lexeme.lastIndexOf("\n");
    if (lineEnd === -1) column += lexeme.length;
    else {
      column = lexeme.length - lineEnd - 1;
      lineStart = true;
    }
  }
  return false;
}

const blank = new Set(["newline", "space", "comment", "byte-order-mark", "doc-mode", "doc-start", "doc-end"]);
