/** What a person types at intelmqdump's prompt. */

export type Action =
  | { readonly kind: "recover"; readonly ids: readonly number[]; readonly queue: string | undefined }
  | { readonly kind: "recover-all"; readonly queue: string | undefined }
  | { readonly kind: "delete"; readonly ids: readonly number[] }
  | { readonly kind: "delete-all" }
  | { readonly kind: "show"; readonly ids: readonly number[] }
  | { readonly kind: "edit"; readonly ids: readonly number[] }
  | { readonly kind: "quit" }
  | { readonly kind: "wrong"; readonly reason: string };

/** `r id{,id} [queue]`, `a [queue]`, `d id{,id}`, `d`, `s id{,id}`, `e id{,id}`, `q`; ids below `count`. */
export function parseAction(line: string, count: number): Action {
  const [name = "", first, second] = line.trim().split(/\s+/);
  switch (name) {
    case "q":
      return { kind: "quit" };
    case "a":
      return { kind: "recover-all", queue: first };
    case "d":
      return first === undefined ? { kind: "delete-all" } : withIds("delete", first, count);
    case "s":
      return withIds("show", first, count);
    case "e":
      return withIds("edit", first, count);
    case "r": {
      const action = withIds("recover", first, count);
      return action.kind === "recover" ? { ...action, queue: second } : action;
    }
    default:
      return { kind: "wrong", reason: "Action not allowed." };
  }
}

function withIds(kind: "recover" | "delete" | "show" | "edit", text: string | undefined, count: number): Action {
  if (text === undefined) return { kind: "wrong", reason: "Which ones? Give their numbers, such as 0,2." };
  const ids: number[] = [];
  for (const part of text.split(",")) {
    if (!/^[0-9]+$/.test(part) || Number(part) >= count) {
      return { kind: "wrong", reason: `${part} is no number from 0 to ${count - 1}.` };
    }
    if (!ids.includes(Number(part))) ids.push(Number(part));
  }
  return kind === "recover" ? { kind, ids, queue: undefined } : { kind, ids };
}
