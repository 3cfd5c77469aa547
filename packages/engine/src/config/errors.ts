/** Errors of reading, changing and saving configurations. */
import { errorKind } from "@weir/format/errors";

export const configurationUnreadable = errorKind<{ file: string; line: number; column: number; problem: string }>(
  "WEIR_CONFIG_UNREADABLE",
  {
    message: ({ file, line, column, problem }) =>
      line === 0 ? `${file} cannot be read: ${problem}` : `${file}:${line}:${column}: cannot be read: ${problem}`,
    remedy: "Correct the file at that place; `weir check` lists all problems at once.",
    retry: "never",
  },
);

export const configurationMissing = errorKind<{ file: string }>("WEIR_CONFIG_MISSING", {
  message: ({ file }) => `there is no configuration ${file}`,
  remedy:
    "Create it with `weir init`, or name another directory with `--root` or WEIR_ROOT; `weir paths` shows what was looked for.",
  retry: "never",
});

/** An error of the operating system, such as ENOENT. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;
}

export const editImpossible = errorKind<{ path: string; reason: string }>("WEIR_CONFIG_EDIT_IMPOSSIBLE", {
  message: ({ path, reason }) => `${path || "the configuration"} cannot be changed: ${reason}`,
  remedy: "Change the file with an editor at that place.",
  retry: "never",
});

export const configurationChanged = errorKind<{ file: string }>("WEIR_CONFIG_CHANGED", {
  message: ({ file }) => `${file} was changed by somebody else since it was read`,
  remedy: "Read it again and repeat the change.",
  retry: "never",
});

export const configurationLocked = errorKind<{ file: string; owner: string }>("WEIR_CONFIG_LOCKED", {
  message: ({ file, owner }) => `the configuration is being saved by process ${owner || "unknown"} (${file})`,
  remedy: "Try again; when no such process runs, remove that file.",
  retry: "later",
});

export const versionMissing = errorKind<{ number: number; historyDir: string }>("WEIR_CONFIG_VERSION_MISSING", {
  message: ({ number, historyDir }) => `there is no version ${number} of the configuration in ${historyDir}`,
  remedy: "`weir config history` lists the versions.",
  retry: "never",
});
