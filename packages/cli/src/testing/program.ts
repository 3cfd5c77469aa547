/** The built programs, run as a person would, for tests. */
import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const bin = fileURLToPath(new URL("../../bin/", import.meta.url));

export interface Installation {
  readonly root: string;
  weir(...args: readonly string[]): Promise<Ran>;
  intelmqctl(...args: readonly string[]): Promise<Ran>;
  /** With what a person types. */
  intelmqctlWith(input: string, ...args: readonly string[]): Promise<Ran>;
  intelmqdump(input: string, ...args: readonly string[]): Promise<Ran>;
  /** The result of a command as JSON. */
  json(...args: readonly string[]): Promise<unknown>;
}

/** An empty directory, and the programs in it. */
export function installation(): Installation {
  const root = mkdtempSync(join(tmpdir(), "weir-cli-"));
  const run = (program: string, args: readonly string[], input = ""): Promise<Ran> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(bin, `${program}.js`), ...args],
        {
          cwd: root,
          env: { ...process.env, INTELMQ_ROOT_DIR: root, NO_COLOR: "1", FORCE_COLOR: "0" },
          maxBuffer: 1 << 26,
        },
        (error, out, err) =>
          resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err }),
      );
      child.stdin?.end(input);
    });
  return {
    root,
    weir: (...args) => run("weir", args),
    intelmqctl: (...args) => run("intelmqctl", args),
    intelmqctlWith: (input, ...args) => run("intelmqctl", args, input),
    intelmqdump: (input, ...args) => run("intelmqdump", args, input),
    json: async (...args) => JSON.parse((await run("weir", ["--json", ...args])).out),
  };
}
