/** harmonization.conf → the fields of events and reports, and what is wrong with the file. Without the file: the standard fields. */
import { readFile } from "node:fs/promises";
import {
  compileFields,
  defaultHarmonization,
  type FieldTable,
  type Harmonization,
  parseHarmonization,
} from "@weir/format";
import { isSystemError } from "./errors.ts";
import { decodeText } from "./file-text.ts";
import { type Finding, finding } from "./findings.ts";
import { readConfiguration } from "./load-configuration.ts";
import { kindName, type Located, nodeAt, type Position, toJsonValue } from "./located.ts";
import { problemFinding } from "./problem.ts";

export interface HarmonizationFile {
  /** Of the fields that could be understood; the standard ones when the file as a whole cannot be read. */
  readonly fields: { readonly event: FieldTable; readonly report: FieldTable };
  readonly harmonization: Harmonization;
  readonly findings: readonly Finding[];
  /** Text for excerpts; empty when there is no file. */
  readonly source: string;
}

/** Reads a harmonization.conf. Throws nothing that the file could be blamed for. */
export async function readHarmonizationFile(file: string): Promise<HarmonizationFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return withFields(defaultHarmonization, [], "");
    const found = finding("error", "unreadable", { file, line: 0, column: 0 }, `it cannot be read (${error.code})`);
    return withFields(defaultHarmonization, [found], "");
  }
  const { text, findings } = decodeText(bytes, file);
  const parsed = parseHarmonizationText(text, file);
  return { ...parsed, findings: [...findings, ...parsed.findings] };
}

/** The same from text. */
export function parseHarmonizationText(text: string, file: string): HarmonizationFile {
  const { root, problems } = readConfiguration(text, file);
  if (root === undefined || root.kind !== "map") {
    const found = problems.length > 0 ? problems.map(problemFinding) : [noFields(root, file)];
    return withFields(defaultHarmonization, found, text);
  }
  const { harmonization, findings } = parseHarmonization(toJsonValue(root));
  const found = findings.map(({ level, path, message }) => {
    const member = path.slice(0, 2).join(".");
    return finding(level, "harmonization", placeOf(root, path), member === "" ? message : `${member}: ${message}`);
  });
  return withFields(harmonization, [...found, ...missingFields(harmonization, root)], text);
}

function withFields(harmonization: Harmonization, findings: readonly Finding[], source: string): HarmonizationFile {
  const fields = { event: compileFields(harmonization, "event"), report: compileFields(harmonization, "report") };
  return { fields, harmonization, findings, source };
}

function noFields(root: Located | undefined, file: string): Finding {
  const at = root?.at ?? { file, line: 0, column: 0 };
  const is = root === undefined ? "it is empty" : `here it is ${kindName(toJsonValue(root))}`;
  const message = `the file has to be an object with the members "event" and "report"; ${is}`;
  const remedy = "delete the file to get the standard fields";
  return finding("error", "harmonization", at, message, { remedy });
}

/** The name at the end of a path, as its value may be long; the value when it is a single one. */
function placeOf(root: Located, path: readonly string[]): Position {
  const { node, key } = nodeAt(root, path);
  return node.kind === "scalar" ? node.at : (key ?? { ...root.at, length: 1 });
}

const shownNames = 5;

/** Bots set the standard fields and fail where one is missing. */
function missingFields(harmonization: Harmonization, root: Located): Finding[] {
  const findings: Finding[] = [];
  for (const section of ["event", "report"] as const) {
    const present = harmonization[section];
    if (present.size === 0) continue;
    const written = nodeAt(root, [section]);
    const known = written.node.kind === "map" ? written.node.entries : new Map();
    const missing = [...defaultHarmonization[section].keys()].filter((name) => !known.has(name));
    if (missing.length === 0) continue;
    const more = missing.length > shownNames ? `, and ${missing.length - shownNames} more` : "";
    const message = `the section ${section} lacks standard fields: ${missing.slice(0, shownNames).join(", ")}${more}; bots that set them fail`;
    findings.push(
      finding("warning", "missing-fields", written.key ?? root.at, message, {
        remedy: "add them, or delete the file to get all",
      }),
    );
  }
  return findings;
}
