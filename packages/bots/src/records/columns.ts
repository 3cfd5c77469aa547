import { errorKind } from "@weir/format/errors";
import { strip } from "@weir/format/python";

export const missingColumn = errorKind<{ column: number | string; found: number }>("WEIR_BOT_COLUMN_MISSING", {
  message: ({ column, found }) => `the line has no column ${column}, counted from 0; it has ${found}`,
  remedy: "Look at the line: it is cut, or the format of the feed has changed.",
  retry: "never",
});

/** The columns of a line, trimmed, by position from 0. The function throws WEIR_BOT_COLUMN_MISSING for one that is not there. */
export function columnsOf(line: string, separator: string): (column: number) => string {
  const parts = line.split(separator);
  return (column) => {
    const part = parts[column];
    if (part === undefined) throw missingColumn({ column, found: parts.length });
    return strip(part);
  };
}
