/**
 * Named instants at which a test has the process killed, to see that nothing is lost or doubled. Without WEIR_KILL_POINT
 * they cost a comparison.
 */
export const killPoints = [
  "store.before-commit",
  "store.in-transaction",
  "store.after-commit",
  "store.before-blob-removal",
  "client.before-post",
  "blob.before-rename",
  "blob.after-rename",
  "collector.before-effect",
  "collector.after-effect",
  "file-output.after-write",
  "file-output.after-sync",
  "files-output.after-rename",
] as const;

export type KillPoint = (typeof killPoints)[number];

const [wanted, count = "1"] = (process.env.WEIR_KILL_POINT ?? "").split(":");
let left = Number(count);

/** Kills the process when WEIR_KILL_POINT names this point (`name`, or `name:n` for the n-th time). */
export function killPoint(name: KillPoint): void {
  if (wanted !== name) return;
  left -= 1;
  if (left <= 0) process.kill(process.pid, "SIGKILL");
}
