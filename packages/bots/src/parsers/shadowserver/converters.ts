/**
 * Converters that the schema names: what a cell becomes before it is set. `null` means that there is no value.
 * Names and results are those of IntelMQ 3.3, for which the provider writes the schema.
 */
import type { CsvRecord } from "@weir/engine";
import { Base64Value, float, type JsonValue } from "@weir/format";
import { type FieldType, fieldType } from "@weir/format/field-types";
import { parseFloating, parseInteger } from "@weir/format/python";

/** Throws when the cell is none that the converter takes. */
export type Converter = (cell: string, row: CsvRecord) => JsonValue;

/** The converter with this name, if there is one. */
export function converterNamed(name: string): Converter | undefined {
  return converters.get(name);
}

const converters: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ["add_UTC_to_timestamp", (cell) => `${cell} UTC`],
  ["convert_bool", (cell) => truths.get(cell.toLowerCase()) ?? null],
  ["validate_to_none", (cell) => (cell === "" || cell === "0" || cell === "unknown" ? null : cell)],
  ["convert_int", (cell) => (cell === "" ? null : wholeNumber(cell))],
  ["convert_float", (cell) => (cell === "" ? null : realNumber(cell))],
  ["invalidate_zero", (cell) => (cell === "" ? null : nonZero(wholeNumber(cell)))],
  ["validate_ip", (cell) => (cell === "0.0.0.0" || cell.includes("/") ? null : ifValid(address, cell))],
  ["validate_network", (cell) => (cell.includes("/") ? ifValid(network, cell) : null)],
  ["validate_fqdn", (cell) => (cell === "" ? null : ifValid(domainName, cell))],
  ["convert_date", (cell) => cleaned(dateTime, cell)],
  // A cell that is no time becomes today, midnight: the lenient grammar finds a time zone and nothing else.
  ["convert_date_utc", (cell) => cleaned(dateTime, `${cell}+00:00`)],
  ["convert_http_host_and_url", httpUrl],
  ["force_base64", (cell) => (cell === "" ? null : base64Text(cell))],
  ["scan_exchange_taxonomy", (cell) => (hasWebshell(cell) ? "intrusions" : "vulnerable")],
  ["scan_exchange_type", (cell) => (hasWebshell(cell) ? "system-compromise" : "vulnerable-system")],
  [
    "scan_exchange_identifier",
    (cell) => (hasWebshell(cell) ? "exchange-server-webshell" : "vulnerable-exchange-server"),
  ],
  ["category_or_detail", (_cell, row) => row.get("category") || (row.get("detail") ?? "")],
  ["extract_cve_from_tag", cvesOfTag],
]);

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["y", "yes", "true", "enabled", "1"].map((text) => [text, true] as const),
  ...["n", "no", "false", "disabled", "0"].map((text) => [text, false] as const),
]);

function wholeNumber(cell: string): number | bigint {
  const number = parseInteger(cell);
  if (number === undefined) throw new Error(`${JSON.stringify(cell)} is no whole number`);
  return number;
}

function realNumber(cell: string): JsonValue {
  const number = parseFloating(cell);
  if (number === undefined) throw new Error(`${JSON.stringify(cell)} is no number`);
  return float(number);
}

function nonZero(number: number | bigint): number | bigint | null {
  return number === 0 ? null : number;
}

function typeNamed(name: string): FieldType {
  const type = fieldType(name);
  if (type === undefined) throw new Error(`there is no field type ${name}`);
  return type;
}

const address = typeNamed("IPAddress");
const network = typeNamed("IPNetwork");
const domainName = typeNamed("FQDN");
const dateTime = typeNamed("DateTime");

/** The text as it is, when the type can make a value of it. */
function ifValid(type: FieldType, text: string): string | null {
  return cleaned(type, text) === null ? null : text;
}

function cleaned(type: FieldType, text: string): string | null {
  const value = type.sanitize(text);
  return typeof value === "string" && type.isValid(value) ? value : null;
}

/** The URL of a request that a honeypot or sinkhole has seen, from host and request line; the cell where these are missing. */
function httpUrl(cell: string, row: CsvRecord): string {
  const host = firstOf(row, ["cc_dns", "http_host", "hostname", "ip"]);
  const request = (row.has("url") ? row.get("url") : row.get("http_url")) ?? "";
  if (host === "" || request === "") return cell;
  const application = row.get("application");
  const scheme = application === "http" || application === "https" ? application : "http";
  return `${scheme}://${host}${pathOfRequest(request)}`;
}

function firstOf(row: CsvRecord, columns: readonly string[]): string {
  for (const column of columns) {
    const cell = row.get(column);
    if (cell) return cell;
  }
  return "";
}

/** `GET /x?y HTTP/1.1` → `/x?y`: from the first slash to the first white space behind it. */
function pathOfRequest(request: string): string {
  const slash = request.indexOf("/");
  if (slash === -1) return "";
  const end = request.slice(slash).search(/\s/);
  return end === -1 ? request.slice(slash) : request.slice(slash, slash + end);
}

function base64Text(cell: string): string {
  if (isStrictBase64(cell)) return cell;
  return Base64Value.ofText(cell).base64;
}

function isStrictBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function hasWebshell(tag: string): boolean {
  return tag.includes("webshell");
}

function cvesOfTag(tag: string): string | null {
  const cves = new Set(tag.split(";").filter((part) => /^cve-[0-9]+-[0-9]+$/.test(part)));
  return cves.size === 0 ? null : [...cves].sort().join(";");
}
