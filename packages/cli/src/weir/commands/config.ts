/** `weir config get | set | history | rollback`. */
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { catalogue } from "@weir/bots/catalogue";
import { catalogueWithOwn } from "@weir/engine";
import {
  checkBotnet,
  type Edit,
  type EditPath,
  editConfiguration,
  type Finding,
  listVersions,
  loadConfiguration,
  type Places,
  readSettings,
  readVersion,
  redact,
  renderFindings,
  revisionOf,
  rollBack,
  saveConfiguration,
  unifiedDiff,
} from "@weir/engine/config";
import { isList, type JsonValue, writeJson } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { stringify } from "yaml";
import { found } from "../exit-codes.ts";
import { readInput } from "../read-input.ts";
import { type GlobalOptions, openSession } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";

const nothingThere = errorKind<{ path: string }>("WEIR_CONFIG_NOTHING_THERE", {
  message: ({ path }) => `the configuration has nothing at "${path}"`,
  remedy: "`weir config get` shows all of it.",
  retry: "never",
});

/** A path such as `my-bot.parameters.rate_limit`; numbers are places in lists. */
function pathOf(text: string): (string | number)[] {
  return text.split(".").map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
}

export async function get(
  path: string | undefined,
  options: GlobalOptions & { readonly secrets?: boolean },
): Promise<void> {
  const { places, output } = openSession(options);
  const parts = path === undefined ? [] : pathOf(path);
  const value = valueAt(readRuntime(places.runtimeFile), parts, places.runtimeFile);
  const name = String(parts.findLast((part) => typeof part === "string") ?? "");
  const shown = options.secrets === true ? value : redact(name, { canonical: value });
  output.result(toPlainJson(shown), shown instanceof Map || isList(shown) ? yamlOf(shown) : `${plainText(shown)}\n`);
}

export async function set(
  path: string,
  text: string,
  options: GlobalOptions & { readonly message?: string },
): Promise<void> {
  const value = loadConfiguration(text, "the value");
  await change(options, { kind: "set", path: pathOf(path), value }, options.message ?? `set ${path}`);
}

export async function unset(path: string, options: GlobalOptions & { readonly message?: string }): Promise<void> {
  const { runtimeFile } = openSession(options).places;
  valueAt(readRuntime(runtimeFile), pathOf(path), runtimeFile);
  await change(options, { kind: "remove", path: pathOf(path) }, options.message ?? `unset ${path}`);
}

/** Saves the edit, shows what it changed, and what the check says about it. */
async function change(options: GlobalOptions, edit: Edit, why: string): Promise<void> {
  const { places, output, quiet } = openSession(options);
  const { runtimeFile, historyDir, harmonizationFile } = places;
  const before = readRuntime(runtimeFile);
  const text = editConfiguration(before, [edit], runtimeFile);
  const own = catalogueWithOwn(catalogue, dirname(runtimeFile));
  const { findings: earlier } = await checkBotnet({ runtimeFile, harmonizationFile, catalogue: own });
  const who = userInfo().username;
  const version = await saveConfiguration({
    file: runtimeFile,
    text,
    historyDir,
    who,
    why,
    basedOn: revisionOf(before),
  });
  const { findings, sources } = await checkBotnet({ runtimeFile, harmonizationFile, catalogue: own });
  const errors = findings.filter(({ level }) => level === "error");
  const newWarnings = findings.filter(({ level }) => level === "warning").filter(isNewSince(earlier));
  output.result(
    { version: version?.number ?? null, findings: [...errors, ...newWarnings] },
    version === undefined
      ? "Nothing changed.\n"
      : `${quiet ? "" : masked(before, text, places)}Saved as version ${version.number}. Apply it with: weir reload\n`,
  );
  const told = [...errors, ...newWarnings];
  if (told.length > 0 && options.json !== true) output.note(`\n${renderFindings(told, sources)}`);
  found(errors.length > 0);
}

/** Findings that were not there before, wherever they stood. */
function isNewSince(earlier: readonly Finding[]): (found: Finding) => boolean {
  const nameOf = ({ code, bot, parameter, message }: Finding): string =>
    JSON.stringify([code, bot, parameter, message]);
  const known = new Set(earlier.map(nameOf));
  return (one) => !known.has(nameOf(one));
}

/** The difference of two texts with their secrets masked. */
function masked(before: string, after: string, { runtimeFile }: Places, names?: readonly [string, string]): string {
  const [a, b] = [before, after].map((text) => readSettings(text, runtimeFile).source);
  return unifiedDiff(a ?? "", b ?? "", names);
}

/** Throws WEIR_CONFIG_NOTHING_THERE. */
function valueAt(text: string, path: EditPath, file: string): JsonValue {
  let value: JsonValue | undefined = loadConfiguration(text, file);
  for (const part of path) {
    if (value instanceof Map) value = value.get(String(part));
    else value = isList(value) ? value[Number(part)] : undefined;
    if (value === undefined) throw nothingThere({ path: path.join(".") });
  }
  return value;
}

function readRuntime(file: string): string {
  return readInput(file).toString("utf8");
}

function plainText(value: JsonValue): string {
  return typeof value === "string" ? value : writeJson(value, { ascii: false });
}

function toPlainJson(value: JsonValue): unknown {
  return JSON.parse(writeJson(value));
}

function yamlOf(value: JsonValue): string {
  return stringify(toPlainJson(value), { lineWidth: 120 });
}

export async function history(version: string | undefined, options: GlobalOptions): Promise<void> {
  const { places, output } = openSession(options);
  if (version === undefined) {
    const versions = await listVersions(places.historyDir);
    const lines = versions.map(
      ({ number, time, who, why }) => `${number}  ${new Date(time).toISOString()}  ${who}  ${why}\n`,
    );
    output.result(versions, lines.length === 0 ? "There are no earlier versions.\n" : lines.join(""));
    return;
  }
  const number = wholeNumber("version", version, { min: 1 });
  const after = await readVersion(places.historyDir, number);
  const before = number === 1 ? "" : await readVersion(places.historyDir, number - 1);
  const difference = masked(before, after, places, [`version ${number - 1}`, `version ${number}`]);
  output.result({ number, difference }, difference);
}

export async function rollback(version: string, options: GlobalOptions): Promise<void> {
  const { places, output } = openSession(options);
  const number = wholeNumber("version", version, { min: 1 });
  const saved = await rollBack(
    { file: places.runtimeFile, historyDir: places.historyDir, who: userInfo().username },
    number,
  );
  output.result(
    { version: saved?.number ?? null },
    saved === undefined
      ? "Nothing changed.\n"
      : `Version ${number} is back, as version ${saved.number}. Apply it with: weir reload\n`,
  );
}
