/** Bytes of a configuration file → text. */
import { type Finding, finding } from "./findings.ts";

/** Decodes UTF-8; bytes that are none become U+FFFD and a finding that names their line. */
export function decodeText(
  bytes: Uint8Array,
  file: string,
): { readonly text: string; readonly findings: readonly Finding[] } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), findings: [] };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const before = text.slice(0, text.indexOf("\ufffd"));
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  const remedy = "save the file as UTF-8";
  const message = "the file is not valid UTF-8 here";
  return { text, findings: [finding("error", "not-utf8", { file, line, column }, message, { remedy })] };
}
