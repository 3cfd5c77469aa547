/**
 * FQDN: a host name in lower-case ASCII (IDNA 2003) without dots at the ends; no address, nothing that a URL would split.
 * Which characters a name may have is not checked otherwise. Cleaned: blanks and dots at the ends, IDNA, lower case.
 */
import { strip } from "../python/strip.ts";
import type { FieldType } from "./field-type.ts";
import { toAscii } from "./idna.ts";
import { isAddress } from "./ip-address.ts";
import { sanitizeText } from "./text.ts";

/** Whether a text is a host name as a field may hold it. */
export function isFqdn(text: string): boolean {
  const { length } = text;
  if (length === 0 || text.charCodeAt(0) === 46 || text.charCodeAt(length - 1) === 46) return false;
  let label = 0;
  let onlyAddressCharacters = true;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (label === 0) return false;
      label = 0;
      continue;
    }
    if (code > 127 || (code >= 65 && code <= 90) || code === 58 || code === 47 || code === 63 || code === 35)
      return false;
    if (++label > 63) return false;
    if (code < 48 || code > 57) onlyAddressCharacters = false;
  }
  return !(onlyAddressCharacters && isAddress(text));
}

export const fqdnType: FieldType = {
  name: "FQDN",
  isValid: (value) => typeof value === "string" && isFqdn(value),
  sanitize(value) {
    const text = sanitizeText(value);
    return text === undefined || isFqdn(text) ? text : hostName(text);
  },
  clean(value) {
    const text = sanitizeText(value);
    if (text === undefined || isFqdn(text)) return text;
    const name = hostName(text);
    return name !== undefined && isFqdn(name) ? name : undefined;
  },
};

/** What a text with dots at its ends, capitals or characters outside of ASCII means; may still be invalid. */
function hostName(text: string): string | undefined {
  const name = strip(text, ".");
  return name === "" ? undefined : toAscii(name)?.toLowerCase();
}
