/** Functions of the reference's library for texts, archives and the splitting of reports. */
import {
  decodeText,
  encodeText,
  fileNameFromResponse,
  openArchive,
  PhysicalLines,
  sourceOfBytes,
  splitChunks,
  splitReport,
} from "@weir/engine";
import { Base64Value, decodeBase64 } from "@weir/format";
import type { Call, Implementation } from "./area.ts";

export const reportFunctions: readonly (readonly [string, Implementation])[] = [
  [
    "decode",
    ({ args: [value], named }) => (typeof value === "string" ? value : decodeText(bytes(value), ...codings(named))),
  ],
  [
    "encode",
    ({ args: [value], named }) => (typeof value === "string" ? encodeText(value, ...codings(named)) : bytes(value)),
  ],
  ["base64_encode", ({ args: [value] }) => base64Of(value)],
  ["base64_decode", ({ args: [value] }) => base64Text(typeof value === "string" ? value : decodeText(bytes(value)))],
  ["unzip", unzip],
  ["split_chunks", ({ args: [data, size] }) => splitChunks(bytes(data), Number(size))],
  ["read_delimited_chunks", ({ args: [data, size] }) => (size === 0 ? [] : split(bytes(data), Number(size), false))],
  ["generate_reports", generateReports],
  ["rewindable", rewindable],
  ["file_name_from_response", ({ args: [headers, url] }) => fileNameFromResponse(lowerCased(headers), String(url))],
];

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("bytes are needed");
}

function codings(named: Call["named"]): [encodings: readonly string[], force: boolean] {
  const encodings = named.get("encodings");
  return [Array.isArray(encodings) ? encodings.map(String) : ["utf-8"], named.get("force") === true];
}

function base64Of(value: unknown): string {
  if (typeof value === "string") return Base64Value.ofText(value).base64;
  return Buffer.from(bytes(value)).toString("base64");
}

function base64Text(text: string): string {
  const decoded = decodeBase64(text);
  if (decoded === undefined) throw new Error("a group of characters is left open");
  return decodeText(decoded, ["utf-8"], true);
}

function rewindable({ args: [text, comment] }: Call): unknown {
  const lines = new PhysicalLines(String(text), (line) => typeof comment !== "string" || !line.startsWith(comment));
  const all = [...lines];
  return new Map<string, unknown>([
    ["lines", all],
    ["first", lines.first],
    ["current", lines.current],
  ]);
}

async function unzip({ args: [data, wanted], named }: Call): Promise<unknown> {
  const names = named.get("extract_files") ?? wanted;
  const archive = await openArchive(sourceOfBytes(bytes(data)), {
    formats: (["zip", "tar", "gzip"] as const).filter((format) => named.get(`try_${format}`) !== false),
    ...(isNames(names) ? { names: typeof names === "string" ? [names] : names } : {}),
  });
  const found: unknown[] = [];
  for await (const { name, read } of archive.members()) {
    const content = await joined(read());
    found.push(named.get("return_names") === true ? [name ?? null, content] : content);
  }
  return found;
}

function isNames(value: unknown): value is string | readonly string[] {
  return typeof value === "string" || (Array.isArray(value) && value.every((name) => typeof name === "string"));
}

/** The `raw` of each report. */
async function generateReports({ args: [data, size, header] }: Call): Promise<readonly Uint8Array[]> {
  const content = bytes(data);
  if (size === null) return content.length === 0 ? [] : [content];
  return size === 0 ? [] : split(content, Number(size), header === true);
}

async function split(content: Uint8Array, size: number, header: boolean): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of splitReport(sourceOfBytes(content).stream(0), { size, header })) parts.push(part);
  return parts;
}

async function joined(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function lowerCased(headers: unknown): ReadonlyMap<string, string> {
  if (!(headers instanceof Map)) return new Map();
  return new Map([...headers].map(([name, value]) => [String(name).toLowerCase(), String(value)]));
}
