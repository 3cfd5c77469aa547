/** Makes directories one by one: Node's recursive form never returns below /proc, where a directory cannot be made. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Makes the directory and those above it that are missing; says which were made. Throws the system's error. */
export function makeDirectory(path: string, mode = 0o755): readonly string[] {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found?.isDirectory()) break;
    missing.unshift(at);
    if (dirname(at) === at) break;
  }
  for (const directory of missing) {
    try {
      mkdirSync(directory, { mode });
    } catch (error) {
      const madeMeanwhile = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!madeMeanwhile || !statSync(directory).isDirectory()) throw error;
    }
  }
  return missing;
}
