/** `weir config get | set | history | rollback`. */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import {
  editConfiguration,
  listVersions,
  loadConfiguration,
  readVersion,
  revisionOf,
  rollBack,
  saveConfiguration,
  unifiedDiff,
} from "@weir/engine/config";
import type { JsonValue } from "@weir/format";
import { writeJson } from "@weir/format";
import { errorKind } from "@weir/format/errors";
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

export async function get(path: string | undefined, options: GlobalOptions): Promise<void> {
  const { places, output } = openSession(options);
  let value: JsonValue | undefined = loadConfiguration(readFileSync(places.runtimeFile, "utf8"), places.runtimeFile);
  for (const part of path === undefined ? [] : pathOf(path)) {
    if (value instanceof Map) value = value.get(String(part));
    else value = Array.isArray(value) ? value[Number(part)] : undefined;
    if (value === undefined) throw nothingThere({ path: path ?? "" });
  }
  output.result(value, `${writeJson(value, { ascii: false })}\n`);
}

export async function set(
  path: string,
  text: string,
  options: GlobalOptions & { readonly message?: string },
): Promise<void> {
  const { places, output } = openSession(options);
  const before = readFileSync(places.runtimeFile, "utf8");
  const after = editConfiguration(
    before,
    [{ kind: "set", path: pathOf(path), value: loadConfiguration(text, "the value") }],
    places.runtimeFile,
  );
  const version = await saveConfiguration({
    file: places.runtimeFile,
    text: after,
    historyDir: places.historyDir,
    who: userInfo().username,
    why: options.message ?? `set ${path}`,
    basedOn: revisionOf(before),
  });
  output.result(
    { version: version?.number ?? null },
    version === undefined
      ? "Nothing changed.\n"
      : `${unifiedDiff(before, after)}Saved as version ${version.number}. Apply it with: weir reload\n`,
  );
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
  const [before, after] = [
    number === 1 ? "" : await readVersion(places.historyDir, number - 1),
    await readVersion(places.historyDir, number),
  ];
  const difference = unifiedDiff(before, after, [`version ${number - 1}`, `version ${number}`]);
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
