/** Files that are named on the command line. */
import { readFileSync } from "node:fs";
import { errorKind } from "@weir/format/errors";

const inputUnreadable = errorKind<{ file: string; reason: string }>("WEIR_INPUT_UNREADABLE", {
  message: ({ file, reason }) => `${file} cannot be read: ${reason}`,
  remedy: "Name a file that is there, or - for the standard input.",
  retry: "never",
});

/** The bytes of a file; `-` and nothing mean the standard input. Throws WEIR_INPUT_UNREADABLE. */
export function readInput(file: string | undefined): Buffer {
  try {
    return readFileSync(file === undefined || file === "-" ? 0 : file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw inputUnreadable({ file: file ?? "the standard input", reason }, { cause: error });
  }
}
