/**
 * Files that other programs lock (`flock`) while they write them.
 *
 * Node.js has no `flock`. The program of that name locks a file descriptor that it inherits, and such a lock belongs to the
 * open file, not to the program: it stays ours until the file is closed. Where the program is missing or the file system
 * cannot lock, the kernel's list of locks is looked at instead: enough to skip a file, too little to keep a writer waiting.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, open, readFile } from "node:fs/promises";

/** The file, locked as long as it is open. Undefined: another process has locked it. */
export async function openLocked(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, "r");
  try {
    const outcome = await lock(file);
    const isFree = outcome === "locked" || (outcome === "unable" && !(await isListedAsLocked(file)));
    if (isFree) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

async function lock(file: FileHandle): Promise<"locked" | "taken" | "unable"> {
  const program = spawn("flock", ["--exclusive", "--nonblock", "3"], {
    stdio: ["ignore", "ignore", "ignore", file.fd],
  });
  try {
    const [exitCode] = await once(program, "close");
    if (exitCode === 0) return "locked";
    return exitCode === 1 ? "taken" : "unable";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "unable"; // there is no such program
    throw error;
  }
}

/** By /proc/locks; false where the system keeps no such list. */
async function isListedAsLocked(file: FileHandle): Promise<boolean> {
  const locks = await readFile("/proc/locks", "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const { dev, ino } = await file.stat({ bigint: true });
  // 1: FLOCK  ADVISORY  WRITE 12345 08:01:1234567 0 EOF
  const place = `${hex(major(dev))}:${hex(minor(dev))}:${ino}`;
  return locks.split("\n").some((line) => {
    const [, kind, , mode, pid, where] = line.split(/\s+/).filter((part) => part !== "->");
    const isLock = kind === "FLOCK" || kind === "POSIX" || kind === "OFDLCK";
    return isLock && mode === "WRITE" && where === place && Number(pid) !== process.pid;
  });
}

function major(device: bigint): bigint {
  return ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
}

function minor(device: bigint): bigint {
  return (device & 0xffn) | ((device >> 12n) & ~0xffn);
}

function hex(number: bigint): string {
  return number.toString(16).padStart(2, "0");
}
