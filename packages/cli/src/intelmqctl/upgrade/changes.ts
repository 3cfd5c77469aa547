/** A configuration as an upgrade step sees it, and what the step wants of it. */
import type { Edit } from "@weir/engine/config";
import type { JsonValue } from "@weir/format";

export interface OldBot {
  readonly id: string;
  /** Without `intelmq.bots.`. */
  readonly module: string;
  readonly parameters: ReadonlyMap<string, JsonValue>;
}

export interface OldConfiguration {
  readonly global: ReadonlyMap<string, JsonValue>;
  readonly bots: readonly OldBot[];
  /** Text of a file, relative to the configuration; undefined when there is none. */
  read(path: string): string | undefined;
}

/** A file besides runtime.yaml. */
export type FileChange =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "remove"; readonly path: string };

/** Nothing in it: nothing to do. */
export interface Changes {
  readonly edits?: readonly Edit[];
  readonly files?: readonly FileChange[];
  /** What the user has to do; the step counts as failed until then. */
  readonly act?: string;
}

export interface Step {
  readonly name: string;
  /** Of IntelMQ, which brought the step. */
  readonly version: readonly (number | string)[];
  run(configuration: OldConfiguration): Changes;
}

/** Edits of all bots; in a step of these there is nothing else. */
export function editsOfBots(each: (bot: OldBot) => readonly Edit[]): Step["run"] {
  return ({ bots }) => ({ edits: bots.flatMap(each) });
}

export function setParameter({ id }: OldBot, name: string, value: JsonValue): Edit {
  return { kind: "set", path: [id, "parameters", name], value };
}

export function removeParameter({ id }: OldBot, name: string): Edit {
  return { kind: "remove", path: [id, "parameters", name] };
}

/** Nothing when there is no such parameter; when both are there, the new one stays. */
export function renameParameter(bot: OldBot, from: string, to: string): readonly Edit[] {
  const { id, parameters } = bot;
  if (!parameters.has(from)) return [];
  if (parameters.has(to)) return [removeParameter(bot, from)];
  return [{ kind: "rename", path: [id, "parameters", from], name: to }];
}

export function renameModule({ id }: OldBot, to: string): Edit {
  return { kind: "set", path: [id, "module"], value: `intelmq.bots.${to}` };
}

/** The parameter when it is text. */
export function textOf({ parameters }: OldBot, name: string): string | undefined {
  const value = parameters.get(name);
  return typeof value === "string" ? value : undefined;
}

/** The parameter with a changed text, if it is text and changes. */
export function replaceText(bot: OldBot, name: string, change: (text: string) => string): readonly Edit[] {
  const text = textOf(bot, name);
  if (text === undefined) return [];
  const changed = change(text);
  return changed === text ? [] : [setParameter(bot, name, changed)];
}
