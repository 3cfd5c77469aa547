/** What an edit means for the value, apart from its text. */
import { isList, type JsonValue } from "@weir/format";
import type { Edit, EditPath } from "./edit.ts";
import { editImpossible } from "./errors.ts";
import { kindName } from "./located.ts";

/** The value after the edit. Throws WEIR_CONFIG_EDIT_IMPOSSIBLE when the path leads nowhere. */
export function applyEdit(value: JsonValue, edit: Edit): JsonValue {
  if (edit.path.length === 0) throw impossible(edit.path, "the path is empty");
  return descend(value, edit, 0);
}

function descend(value: JsonValue, edit: Edit, depth: number): JsonValue {
  const step = edit.path[depth];
  if (step === undefined) throw impossible(edit.path, "the path is empty");
  const last = depth === edit.path.length - 1;
  const here = value === null && edit.kind === "set" && typeof step === "string" ? new Map<string, JsonValue>() : value;
  if (here instanceof Map && typeof step === "string") {
    if (last) return changeKey(here, step, edit);
    const inner = here.get(step) ?? (edit.kind === "set" ? null : undefined);
    if (inner === undefined) throw impossible(edit.path, "there is no such value");
    return new Map(here).set(step, descend(inner, edit, depth + 1));
  }
  if (isList(here) && typeof step === "number") {
    if (last) return changeItem(here, step, edit);
    const inner = here[step];
    if (inner === undefined) throw impossible(edit.path, "there is no such value");
    return here.map((item, index) => (index === step ? descend(inner, edit, depth + 1) : item));
  }
  const name = edit.path.slice(0, depth).join(".") || "the file";
  throw impossible(
    edit.path,
    `${name} is ${kindName(value)}, not ${typeof step === "string" ? "a mapping" : "a list"}`,
  );
}

function changeKey(map: ReadonlyMap<string, JsonValue>, key: string, edit: Edit): JsonValue {
  if (edit.kind === "set") return new Map(map).set(key, edit.value);
  if (!map.has(key)) throw impossible(edit.path, "there is no such value");
  if (edit.kind === "remove") return new Map([...map].filter(([name]) => name !== key));
  if (edit.name !== key && map.has(edit.name))
    throw impossible(edit.path, `the name ${JSON.stringify(edit.name)} is taken`);
  return new Map([...map].map(([name, value]) => [name === key ? edit.name : name, value]));
}

function changeItem(list: readonly JsonValue[], index: number, edit: Edit): JsonValue {
  if (edit.kind === "rename") throw impossible(edit.path, "an item of a list has no name");
  const isKnown = Number.isInteger(index) && index >= 0 && index < list.length;
  if (edit.kind === "set" && (isKnown || index === list.length))
    return [...list.slice(0, index), edit.value, ...list.slice(index + 1)];
  if (!isKnown) throw impossible(edit.path, `there is no item ${index}`);
  return list.filter((_, at) => at !== index);
}

function impossible(path: EditPath, reason: string) {
  return editImpossible({ path: path.join("."), reason });
}
