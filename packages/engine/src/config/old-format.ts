/** Files of IntelMQ before 3.0, which are not read: what to do about them. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSystemError } from "./errors.ts";
import { type Finding, finding } from "./findings.ts";

const oldFiles = [
  {
    name: "runtime.conf",
    remedy: "rename it to runtime.yaml: its JSON is read as it is",
    message: "runtime.conf is the configuration of IntelMQ before 3.0 and is not read",
    onlyWithout: true,
  },
  {
    name: "defaults.conf",
    remedy: "move its parameters below `global:` of runtime.yaml, then delete it",
    message: "defaults.conf is a file of IntelMQ before 3.0 and is not read",
    onlyWithout: false,
  },
  {
    name: "pipeline.conf",
    remedy:
      "move each bot's destination-queues to `parameters: destination_queues:` of the bot in runtime.yaml (a source-queue other than <id>-queue to source_queue), then delete it",
    message: "pipeline.conf is a file of IntelMQ before 3.0 and is not read",
    onlyWithout: false,
  },
];

/** Findings about old files beside a runtime.yaml. */
export async function oldFormatFindings(runtimeFile: string): Promise<Finding[]> {
  const directory = dirname(runtimeFile);
  const hasRuntime = await exists(runtimeFile);
  const findings: Finding[] = [];
  for (const { name, message, remedy, onlyWithout } of oldFiles) {
    if (onlyWithout && hasRuntime) continue;
    const file = join(directory, name);
    const level = hasRuntime ? "warning" : "error";
    if (await exists(file))
      findings.push(finding(level, "old-format", { file, line: 0, column: 0 }, message, { remedy }));
  }
  return findings;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}
