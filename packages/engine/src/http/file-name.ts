/** The name that an answer suggests for a file. A name is only a name, never a path. */

/** Of Content-Disposition (`filename*` before `filename`, RFC 6266); without one what follows the last slash of the URL's path. */
export function suggestedFileName(headers: ReadonlyMap<string, string>, url: string): string {
  return fileNameOf(headers.get("content-disposition") ?? "") ?? url.slice(url.lastIndexOf("/") + 1);
}

/**
 * IntelMQ's library function for authors of bots, by its own rule: all that follows `filename=` in Content-Disposition, quotes
 * and further parameters too. Undefined when the header has no `filename=`. Names of the headers in lower case.
 */
export function fileNameFromResponse(headers: ReadonlyMap<string, string>, url: string): string | undefined {
  const disposition = headers.get("content-disposition");
  if (disposition === undefined) return url.slice(url.lastIndexOf("/") + 1);
  const start = disposition.indexOf("filename=");
  return start === -1 || start + 9 === disposition.length ? undefined : disposition.slice(start + 9);
}

function fileNameOf(disposition: string): string | undefined {
  const parameters = parametersOf(disposition);
  const extended = /^([^']*)'[^']*'(.*)$/.exec(parameters.get("filename*") ?? "");
  const decoded = extended === null ? undefined : decodeExtended(extended[1] ?? "", extended[2] ?? "");
  return decoded ?? parameters.get("filename");
}

/** `%`-escaped bytes in the charset that stands before them (RFC 8187). */
function decodeExtended(charset: string, escaped: string): string | undefined {
  const bytes = Buffer.from(
    escaped.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  const name = charset.toLowerCase();
  if (name === "utf-8") return bytes.toString("utf8");
  return name === "iso-8859-1" ? bytes.toString("latin1") : undefined;
}

/** The parameters behind the first semicolon; a header that begins with one is read, too. Values may be in quotes. */
function parametersOf(header: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (let at = 0; at < header.length; ) {
    const equals = header.indexOf("=", at);
    if (equals === -1) break;
    const name = header.slice(at, equals).split(";").at(-1)?.trim().toLowerCase();
    const { value, end } =
      header[equals + 1] === '"' ? quotedValue(header, equals + 2) : plainValue(header, equals + 1);
    if (name !== undefined && !parameters.has(name)) parameters.set(name, value);
    at = end;
  }
  return parameters;
}

function plainValue(header: string, start: number): { value: string; end: number } {
  const semicolon = header.indexOf(";", start);
  const end = semicolon === -1 ? header.length : semicolon;
  return { value: header.slice(start, end).trim(), end: end + 1 };
}

function quotedValue(header: string, start: number): { value: string; end: number } {
  let value = "";
  let at = start;
  while (at < header.length && header[at] !== '"') {
    if (header[at] === "\\") at += 1;
    value += header[at] ?? "";
    at += 1;
  }
  const semicolon = header.indexOf(";", at);
  return { value, end: semicolon === -1 ? header.length : semicolon + 1 };
}
