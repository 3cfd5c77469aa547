/**
 * Places at which a test can have the process killed, to see what a crash there leaves behind.
 *
 * `WEIR_KILL_POINT=name` kills the process the first time it comes by, `WEIR_KILL_POINT=name:3` the third time.
 */
const [wanted, count] = (process.env["WEIR_KILL_POINT"] ?? "").split(":");
let left = count === undefined ? 1 : Number(count);

/** Kills the process (SIGKILL: nothing is tidied up) if a test wants that here; else costs a comparison. */
export function killPoint(name: string): void {
  if (name !== wanted || --left > 0) return;
  process.kill(process.pid, "SIGKILL");
}
