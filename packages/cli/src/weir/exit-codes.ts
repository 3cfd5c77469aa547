/** Exit codes of `weir`; the manual's table is made from this. */
export const exitCodes = {
  ok: { code: 0, meaning: "All is well." },
  problem: {
    code: 1,
    meaning:
      "The command worked and found a problem: a bot that does not run, an error in the configuration, a failed test.",
  },
  usage: { code: 2, meaning: "The command was called wrongly." },
  notRunning: { code: 3, meaning: "No supervisor runs, and the command needs one." },
  failed: { code: 4, meaning: "The command could not do its work; the message says why." },
} as const;

/** Set by commands that found a problem. */
export function found(problem: boolean): void {
  if (problem) process.exitCode = exitCodes.problem.code;
}
