/**
 * Edits of a configuration's text that keep every byte they do not concern: comments, order, quoting, layout.
 *
 * Invariants
 * - the result, read again, is exactly the old value with the edit applied; otherwise the edit fails and nothing is changed;
 * - the text is changed in one place per edit.
 */
import { Float, isList, type JsonValue } from "@weir/format";
import { spliceFor } from "./edit-splice.ts";
import { applyEdit } from "./edit-value.ts";
import { editImpossible } from "./errors.ts";
import { loadConfiguration } from "./load-configuration.ts";
import { toJsonValue } from "./located.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";

/** Names of mappings and indexes of lists from the root. */
export type EditPath = readonly (string | number)[];

export type Edit =
  /** Sets a value; what is missing on the way is made. The index after the last of a list appends. */
  | { readonly kind: "set"; readonly path: EditPath; readonly value: JsonValue }
  | { readonly kind: "remove"; readonly path: EditPath }
  /** Gives the last name of the path another one, in the same place. */
  | { readonly kind: "rename"; readonly path: EditPath; readonly name: string };

/** Applies edits, one after the other. Throws WEIR_CONFIG_EDIT_IMPOSSIBLE, or WEIR_CONFIG_UNREADABLE for a broken text. */
export function editConfiguration(text: string, edits: readonly Edit[], source = "runtime.yaml"): string {
  return edits.reduce((current, edit) => editOnce(current, edit, source), text);
}

/** Sets one value. */
export function setValue(text: string, path: EditPath, value: JsonValue, source?: string): string {
  return editConfiguration(text, [{ kind: "set", path, value }], source);
}

/** Removes one value and its name. */
export function removeValue(text: string, path: EditPath, source?: string): string {
  return editConfiguration(text, [{ kind: "remove", path }], source);
}

/** Renames a key in its place. */
export function renameKey(text: string, path: EditPath, name: string, source?: string): string {
  return editConfiguration(text, [{ kind: "rename", path, name }], source);
}

/** Adds a bot at the end. Throws when the id is taken. */
export function addBot(text: string, id: string, entry: ReadonlyMap<string, JsonValue>, source?: string): string {
  const value = loadConfiguration(text, source ?? "runtime.yaml");
  if (value instanceof Map && value.has(id)) throw editImpossible({ path: id, reason: "there is a bot of this name" });
  return setValue(text, [id], entry, source);
}

function editOnce(text: string, edit: Edit, source: string): string {
  const before = loadConfiguration(text, source);
  const wanted = applyEdit(before, edit);
  const base = withoutTabs(text, source);
  const { start, end, insert } = spliceFor(base, edit);
  const result = base.slice(0, start) + insert + base.slice(end);
  const { root, problems } = readYaml(result, source);
  const after = problems.length > 0 ? undefined : root === undefined ? null : toJsonValue(root);
  if (after === undefined || !isSame(after, wanted)) {
    throw editImpossible({
      path: edit.path.join("."),
      reason: "the edit would change more than this value; it is probably shared by an anchor and its aliases",
    });
  }
  return result;
}

/** JSON that is indented with tabs is no YAML; blanks mean the same there, as a text of JSON holds no bare tab. */
function withoutTabs(text: string, source: string): string {
  if (!text.includes("\t") || readYaml(text, source).problems.length === 0) return text;
  return readJson(text, source).problems.length === 0 ? text.replaceAll("\t", "    ") : text;
}

/** Equal with kinds of numbers; the order of names does not count. */
export function isSame(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof Float || b instanceof Float) return a instanceof Float && b instanceof Float && a.value === b.value;
  if (a instanceof Map && b instanceof Map) {
    return (
      a.size === b.size &&
      [...a].every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && isSame(value, other);
      })
    );
  }
  if (isList(a) && isList(b)) {
    return (
      a.length === b.length &&
      a.every((item, index) => {
        const other = b[index];
        return other !== undefined && isSame(item, other);
      })
    );
  }
  return Object.is(a, b);
}
