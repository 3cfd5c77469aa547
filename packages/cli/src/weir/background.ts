/** The supervisor in the background, for `weir start` and `intelmqctl start`. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Places } from "@weir/engine/config";
import { makeDirectory } from "@weir/engine/supervise";
import { errorKind } from "@weir/format/errors";
import { ask, isRunning, type Session } from "./session.ts";

const startFailed = errorKind<{ log: string }>("WEIR_START_FAILED", {
  message: ({ log }) => `the supervisor did not come up; its output is in ${log}`,
  remedy: "Run `weir up` in the foreground to see what is wrong.",
  retry: "never",
});

const program = fileURLToPath(new URL("../../bin/weir.js", import.meta.url));

/** Starts the supervisor when none runs; its output goes to `weir.out` in the log directory. Throws WEIR_START_FAILED, WEIR_BOTNET_UNREADABLE. */
export async function ensureSupervisor(session: Session): Promise<void> {
  if (await isRunning(session)) return;
  const { places } = session;
  const { readBotnet } = await import("./botnet-file.ts"); // for a start only
  await readBotnet(places.runtimeFile); // what is wrong is told here, not in a file
  makeDirectory(places.logDir);
  const log = join(places.logDir, "weir.out");
  const out = openSync(log, "a", 0o640);
  const child = spawn(process.execPath, [program, ...rootOption(places), "up", "--no-start"], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  let ended = false;
  child.on("exit", () => {
    ended = true;
  });
  child.unref();
  for (let i = 0; i < 300 && !ended; i++) {
    if (await isRunning(session)) return;
    await sleep(100);
  }
  throw startFailed({ log });
}

/** Places that come from the environment are found there again by the child. */
function rootOption({ kind, root }: Places): readonly string[] {
  return kind === "lsb" ? [] : ["--root", root];
}

/** Ends supervisor and bots; false when they still run after half a minute. */
export async function shutDown(session: Session): Promise<boolean> {
  await ask(session, "shutdown", {}, { offline: false });
  for (let i = 0; i < 300 && (await isRunning(session)); i++) await sleep(100);
  return !(await isRunning(session));
}
