/** The kind of line ends of a report, which CSV rows are written with. */
import type { ReportBody } from "./record-reader.ts";

const lineFeed = 10;
const carriageReturn = 13;

/** The only kind in the body: `\n`, `\r\n` or `\r`; `\r\n` when there are none or several. Reads no further than it must. */
export async function lineEndOf(body: ReportBody): Promise<string> {
  const kinds = new Set<string>();
  let endsWithReturn = false;
  for await (const part of body.stream(0)) {
    if (part.length === 0) continue;
    if (endsWithReturn) kinds.add(part[0] === lineFeed ? "\r\n" : "\r");
    for (
      let at = part.indexOf(carriageReturn);
      at !== -1 && at + 1 < part.length;
      at = part.indexOf(carriageReturn, at + 1)
    ) {
      kinds.add(part[at + 1] === lineFeed ? "\r\n" : "\r");
      if (kinds.size > 1) return "\r\n";
    }
    if (!kinds.has("\n") && hasBareLineFeed(part, endsWithReturn)) kinds.add("\n");
    if (kinds.size > 1) return "\r\n";
    endsWithReturn = part.at(-1) === carriageReturn;
  }
  if (endsWithReturn) kinds.add("\r");
  const [only = "\r\n"] = kinds;
  return kinds.size === 1 ? only : "\r\n";
}

function hasBareLineFeed(part: Uint8Array, isBehindReturn: boolean): boolean {
  for (let at = part.indexOf(lineFeed); at !== -1; at = part.indexOf(lineFeed, at + 1)) {
    if (at === 0 ? !isBehindReturn : part[at - 1] !== carriageReturn) return true;
  }
  return false;
}
