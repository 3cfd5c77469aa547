/** A text in the person's editor. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorKind } from "@weir/format/errors";

const editorFailed = errorKind<{ editor: string }>("WEIR_EDITOR_FAILED", {
  message: ({ editor }) => `the editor "${editor}" did not end well; nothing was changed`,
  remedy: "Set EDITOR to the editor of your choice, or give the message with --file.",
  retry: "never",
});

const noEditor = errorKind<object>("WEIR_EDITOR_NO_TERMINAL", {
  message: () => "there is no terminal for an editor",
  remedy: "Set EDITOR to a program that needs none, or give the message with --file.",
  retry: "never",
});

/** The text as it is after the editor ended; `name` is the file's. Throws WEIR_EDITOR_FAILED, WEIR_EDITOR_NO_TERMINAL. */
export function editText(text: string, name: string): string {
  const chosen = process.env.VISUAL || process.env.EDITOR;
  if (!chosen && !(process.stdin.isTTY && process.stdout.isTTY)) throw noEditor({});
  const editor = chosen || "vi";
  const directory = mkdtempSync(join(tmpdir(), "weir-edit-"));
  const file = join(directory, name);
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // EDITOR may hold options (`code --wait`), so a shell reads it; the file comes as an argument, not as text of the command.
    const { status } = spawnSync("/bin/sh", ["-c", `${editor} "$1"`, "editor", file], { stdio: "inherit" });
    if (status !== 0) throw editorFailed({ editor });
    return readFileSync(file, "utf8");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
