/** `weir complete WORDS…`: what could stand at the last word, a line each: the word, a tab, what it means. */
import { type Argument, Command, Option } from "commander";
import { describeProgram } from "./program.ts";

export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** Live names by what an argument or option is called. */
export type Names = (kind: string) => Promise<readonly Candidate[]>;

/** Never fails: a completion that cannot be had is none. */
export async function complete(words: readonly string[]): Promise<void> {
  const candidates = await candidatesFor(words, liveNames(words));
  process.stdout.write(candidates.map(({ word, meaning }) => `${word}\t${meaning.replaceAll(/\s+/g, " ")}\n`).join(""));
}

/** Candidates for the last of the words after `weir`, which may be empty. */
export async function candidatesFor(words: readonly string[], names: Names): Promise<readonly Candidate[]> {
  const program = describeProgram(new Command(), Option);
  const partial = words.at(-1) ?? "";
  let command: Command = program;
  let position = 0;
  let pending: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) pending = undefined;
    else if (word.startsWith("-")) pending = valueOption(command, word);
    else {
      const next = command.commands.find((child) => child.name() === word);
      if (next !== undefined && position === 0) command = next;
      else position += 1;
    }
  }
  const all = pending !== undefined ? await ofOption(pending, names) : await ofPlace(command, position, partial, names);
  return all.filter(({ word }) => word.startsWith(partial));
}

/** The option when its value is the next word. */
function valueOption(command: Command, word: string): Option | undefined {
  if (word.includes("=")) return undefined;
  const option = optionsOf(command).find(({ long, short }) => long === word || short === word);
  return option !== undefined && (option.required || option.optional) ? option : undefined;
}

function optionsOf(command: Command): readonly Option[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

async function ofOption({ argChoices, long }: Option, names: Names): Promise<readonly Candidate[]> {
  if (argChoices !== undefined) return argChoices.map((word) => ({ word, meaning: "" }));
  return names((long ?? "").replace(/^--/, ""));
}

async function ofPlace(
  command: Command,
  position: number,
  partial: string,
  names: Names,
): Promise<readonly Candidate[]> {
  if (partial.startsWith("-")) {
    const options = optionsOf(command).filter(({ long }) => long !== undefined && long !== "--version");
    return options.map(({ long, description }) => ({ word: long ?? "", meaning: description }));
  }
  const children: Candidate[] =
    position === 0 ? command.commands.map((child) => ({ word: child.name(), meaning: child.description() })) : [];
  const argument = argumentAt(command.registeredArguments, position);
  if (argument === undefined) return children;
  const { argChoices } = argument;
  const own =
    argChoices === undefined ? await names(argument.name()) : argChoices.map((word) => ({ word, meaning: "" }));
  return [...children, ...own];
}

function argumentAt(list: readonly Argument[], position: number): Argument | undefined {
  const last = list.at(-1);
  return list[position] ?? (last?.variadic === true ? last : undefined);
}

function liveNames(words: readonly string[]): Names {
  const at = words.indexOf("--root");
  const root = at === -1 ? words.find((word) => word.startsWith("--root="))?.slice(7) : words[at + 1];
  return async (kind) => {
    try {
      const { namesOf } = await import("./live-names.ts");
      return await namesOf(kind, root);
    } catch (error) {
      if (process.env.WEIR_DEBUG) process.stderr.write(`${String(error)}\n`);
      return []; // a person who types gets no error between the words
    }
  };
}
