/** Questions to the person at the terminal. */
import { createInterface } from "node:readline/promises";
import { errorKind } from "@weir/format/errors";

const noTerminal = errorKind<{ question: string }>("WEIR_NO_TERMINAL", {
  message: ({ question }) => `nobody is there to answer: ${question}`,
  remedy: "Say --yes on the command line when you are sure.",
  retry: "never",
});

/** Yes or no; no is the default. Throws WEIR_NO_TERMINAL without a terminal. */
export async function confirm(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) throw noTerminal({ question });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
