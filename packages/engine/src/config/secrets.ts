/**
 * Secrets of a configuration: references to them (`{$env: NAME}`, `{$file: path}`, `{$credential: name}` of systemd), and how they
 * are kept out of everything that is shown: listings (`redact`) and excerpts of the file (`maskSecrets`).
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { JsonValue } from "@weir/format";
import { didYouMean } from "./closest.ts";
import { isSystemError } from "./errors.ts";
import { type Finding, finding } from "./findings.ts";
import type { Located, LocatedMap } from "./located.ts";

/** What is shown instead of a secret. */
export const redacted = "********";

export type SecretPath = readonly (string | number)[];

export interface SecretSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of a file; throws like `readFileSync`. */
  readonly readFile: (path: string) => string;
}

/** Secrets from the given environment and from files, as far as they are no larger than 64 KiB. */
export function secretSource(environment: Readonly<Record<string, string | undefined>>): SecretSource {
  return { environment, readFile: (path) => readFileSync(path, "utf8") };
}

export interface ResolvedValue {
  readonly canonical: JsonValue;
  /** Paths inside the value that came from references; `[]` is the whole value. */
  readonly secretPaths: readonly SecretPath[];
  readonly findings: readonly Finding[];
  /** True when a secret could not be had: null stands in its place. */
  readonly unresolved: boolean;
}

/** The value of a node with references replaced by what they refer to. */
export function resolveSecrets(node: Located, source: SecretSource): ResolvedValue {
  const secretPaths: SecretPath[] = [];
  const findings: Finding[] = [];
  let unresolved = false;
  const canonical = walk(node, []);
  return { canonical, secretPaths, findings, unresolved };

  function walk(here: Located, path: SecretPath): JsonValue {
    if (here.kind === "scalar") return here.value;
    if (here.kind === "list") return here.items.map((item, index) => walk(item, [...path, index]));
    const reference = referenceOf(here);
    if (reference !== undefined) {
      secretPaths.push(path);
      const result = follow(reference, here, source);
      if (typeof result === "string") return result;
      findings.push(finding("error", "secret-unavailable", here.at, result.problem, { remedy: result.remedy }));
      unresolved = true;
      return null;
    }
    const misspelt = misspeltReference(here);
    if (misspelt !== undefined) findings.push(misspelt);
    return new Map([...here.entries].map(([key, entry]) => [key, walk(entry.value, [...path, key])]));
  }
}

const referenceKinds = ["$env", "$file", "$credential"] as const;
interface Reference {
  readonly kind: (typeof referenceKinds)[number];
  readonly target: JsonValue;
}

function referenceOf(node: Located): Reference | undefined {
  if (node.kind !== "map" || node.entries.size !== 1) return undefined;
  for (const kind of referenceKinds) {
    const entry = node.entries.get(kind);
    if (entry !== undefined) return { kind, target: entry.value.kind === "scalar" ? entry.value.value : null };
  }
  return undefined;
}

/** `{$evn: NAME}` would be taken for a value. */
function misspeltReference({ entries }: LocatedMap): Finding | undefined {
  const [only] = entries;
  if (only === undefined || entries.size !== 1) return undefined;
  const [name, { at }] = only;
  const remedy = name.startsWith("$") ? didYouMean(name, referenceKinds) : undefined;
  if (remedy === undefined) return undefined;
  return finding(
    "warning",
    "unknown-reference",
    at,
    `${JSON.stringify(name)} refers to nothing and is taken as it is`,
    { remedy },
  );
}

interface Unavailable {
  readonly problem: string;
  readonly remedy?: string;
}

function follow(
  { kind, target }: Reference,
  node: Located,
  { environment, readFile }: SecretSource,
): string | Unavailable {
  if (typeof target !== "string" || target === "") {
    const wanted = {
      $env: "the name of an environment variable",
      $file: "a path",
      $credential: "the name of a credential",
    };
    return { problem: `\`${kind}\` needs ${wanted[kind]} as text` };
  }
  if (kind === "$env") {
    const value = environment[target];
    if (value !== undefined) return value;
    return { problem: `the environment variable ${target} is not set`, remedy: "set it where Weir is started" };
  }
  if (kind === "$file") return readSecretFile(resolve(dirname(node.at.file), target), readFile);
  const directory = environment.CREDENTIALS_DIRECTORY;
  if (directory === undefined) {
    const remedy = `run Weir as a systemd service with LoadCredential=${target}:/path/of/the/file`;
    return { problem: `the credential ${target} is not available: CREDENTIALS_DIRECTORY is not set`, remedy };
  }
  if (target.includes("/") || target === "." || target === "..") {
    return { problem: `${JSON.stringify(target)} is no name of a credential`, remedy: "a name has no slash" };
  }
  return readSecretFile(resolve(directory, target), readFile);
}

const largestSecret = 64 * 1024;

function readSecretFile(path: string, readFile: (path: string) => string): string | Unavailable {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { problem: `the secret's file ${path} cannot be read (${error.code})` };
  }
  if (text.length > largestSecret)
    return { problem: `the secret's file ${path} is larger than ${largestSecret} characters` };
  return text.replace(/\r?\n$/, "");
}

/** True for names of parameters that hold secrets. Names of keys that are no secrets (`filter_keys`, `single_key`) are not. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  if (/_(?:path|file)$/.test(lower)) return false;
  if (/passw|passphrase|token|secret|credential|authorization|cookie/.test(lower)) return true;
  if (!lower.includes("key")) return false;
  return !publicKeys.test(lower);
}
const publicKeys =
  /^keys?_|^keys$|keyring|keyword|(?:^|_)(?:public|routing|filter|single|timestamp|primary|sort|group|add|host|foreign|join|match|partition)_?keys?|certificate_key$|host_key|passkey_auth|dnssec_key/;

export interface RedactableSetting {
  readonly canonical: JsonValue;
  readonly secretPaths?: readonly SecretPath[];
}

/**
 * A parameter's value for showing: secrets, by name (at any depth), by reference or by the schema's word (`isSecret`), are masked,
 * and so are passwords inside of URLs.
 */
export function redact(name: string, { canonical, secretPaths = [] }: RedactableSetting, isSecret = false): JsonValue {
  const marked = new Set(secretPaths.map((path) => JSON.stringify(path)));
  return isSecret || isSecretName(name) ? mask(canonical) : walk(canonical, []);

  function walk(value: JsonValue, path: SecretPath): JsonValue {
    if (marked.has(JSON.stringify(path))) return redacted;
    if (typeof value === "string") return maskUrlPasswords(value);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (!(value instanceof Map)) return value;
    return new Map(
      [...value].map(([key, member]) => [key, isSecretName(key) ? mask(member) : walk(member, [...path, key])]),
    );
  }
}

/** Null and empty values are shown: that a secret is not set is no secret. */
function mask(value: JsonValue): JsonValue {
  return value === null || value === "" || typeof value === "boolean" ? value : redacted;
}

/** `https://user:password@host` with stars for the password. */
export function maskUrlPasswords(text: string): string {
  let result = "";
  let from = 0;
  for (const [start, end] of passwordRanges(text)) {
    result += text.slice(from, start) + "*".repeat(end - start);
    from = end;
  }
  return result + text.slice(from);
}

/** Passwords of the URLs in a text, as they stand there and decoded. */
export function passwordsOfUrls(text: string): readonly string[] {
  return passwordRanges(text).flatMap(([start, end]) => {
    const written = text.slice(start, end);
    const meant = written.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
    );
    return meant === written ? [written] : [written, meant];
  });
}

/** Where passwords of URLs stand. Linear: looks no further than the authority of each URL. */
function passwordRanges(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (let scheme = text.indexOf("://"); scheme !== -1; scheme = text.indexOf("://", scheme + 3)) {
    const start = scheme + 3;
    let end = start;
    while (end < text.length && !/[\s/?#"']/.test(text[end] ?? "")) end++;
    const authority = text.slice(start, end);
    const at = authority.lastIndexOf("@");
    const colon = authority.indexOf(":");
    if (colon !== -1 && colon < at) ranges.push([start + colon + 1, start + at]);
  }
  return ranges;
}

/** The text of a configuration for excerpts: every secret in it replaced by stars of the same length. */
export function maskSecrets(text: string, root: Located | undefined): string {
  return maskUrlPasswords(root === undefined ? maskByLine(text) : maskByTree(text, root));
}

/** The same for values whose schema says that they are secret; `masked` is what `maskSecrets` gave. */
export function maskNodes(masked: string, nodes: readonly Located[]): string {
  const ranges: [number, number][] = [];
  for (const node of nodes) collectScalars(node, ranges);
  return maskRanges(masked, ranges);
}

function maskByTree(text: string, root: Located): string {
  const ranges: [number, number][] = [];
  const seen = new Set<Located>();
  collect(root);
  return maskRanges(text, ranges);

  function collect(node: Located): void {
    if (node.kind === "scalar" || seen.has(node)) return;
    seen.add(node);
    if (node.kind === "list") for (const item of node.items) collect(item);
    else {
      for (const [key, { value }] of node.entries) {
        if (isSecretName(key)) collectScalars(value, ranges);
        else collect(value);
      }
    }
  }
}

/** Texts and numbers below a node, except for references to secrets, which tell nothing. */
function collectScalars(node: Located, ranges: [number, number][]): void {
  if (node.kind === "scalar") {
    if (typeof node.value !== "boolean" && node.value !== null) ranges.push([node.start, node.end]);
  } else if (node.kind === "list") for (const item of node.items) collectScalars(item, ranges);
  else if (referenceOf(node) === undefined)
    for (const { value } of node.entries.values()) collectScalars(value, ranges);
}

function maskRanges(text: string, ranges: readonly (readonly [number, number])[]): string {
  let result = "";
  let from = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start < from) continue;
    result += text.slice(from, start) + stars(text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}

/** For text that cannot be parsed: what follows the colon after a secret's name, and the indented lines below it. */
function maskByLine(text: string): string {
  let hiddenBelow = -1;
  return text
    .split("\n")
    .map((line) => {
      const indent = line.search(/\S/);
      if (hiddenBelow >= 0 && (indent === -1 || indent > hiddenBelow)) return stars(line);
      hiddenBelow = -1;
      const name = /passw|passphrase|token|secret|credential|authorization|cookie|key/i.exec(line);
      const colon = name === null ? -1 : line.indexOf(":", name.index);
      if (colon === -1) return line;
      hiddenBelow = indent;
      return line.slice(0, colon + 1) + stars(line.slice(colon + 1));
    })
    .join("\n");
}

function stars(text: string): string {
  return text.replace(/[^\s]/g, "*");
}
