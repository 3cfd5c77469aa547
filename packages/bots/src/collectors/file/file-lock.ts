/** Whether another process holds an exclusive lock (`flock`, `fcntl`) on a file: what the kernel lists in /proc/locks. */
import { readFile, stat } from "node:fs/promises";

/** False where the system keeps no such list. */
export async function isLockedByOther(file: string): Promise<boolean> {
  const locks = await readFile("/proc/locks", "utf8").catch(() => "");
  if (locks === "") return false;
  const { dev, ino } = await stat(file, { bigint: true });
  // 1: FLOCK  ADVISORY  WRITE 12345 08:01:1234567 0 EOF
  const device = `${hex(major(dev))}:${hex(minor(dev))}:${ino}`;
  return locks.split("\n").some((line) => {
    const parts = line.split(/\s+/).filter((part) => part !== "->");
    const [, kind, , mode, pid, where] = parts;
    return (kind === "FLOCK" || kind === "POSIX" || kind === "OFDLCK") && mode === "WRITE" && where === device && Number(pid) !== process.pid;
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
