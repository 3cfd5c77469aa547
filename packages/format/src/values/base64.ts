/**
 * Base64 in both directions. Decoding is as lenient as IntelMQ's: characters outside the alphabet are skipped, and what
 * follows a complete padding is ignored; a group left open at the end is an error.
 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codes = new Uint8Array(64);
const digits = new Uint8Array(256).fill(255);
for (let index = 0; index < 64; index++) {
  codes[index] = alphabet.charCodeAt(index);
  digits[alphabet.charCodeAt(index)] = index;
}
const padding = 61;
const ascii = new TextDecoder("latin1");

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  let index = 0;
  for (; index + 2 < bytes.length; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    out[at++] = codes[group >> 18] ?? 0;
    out[at++] = codes[(group >> 12) & 63] ?? 0;
    out[at++] = codes[(group >> 6) & 63] ?? 0;
    out[at++] = codes[group & 63] ?? 0;
  }
  const left = bytes.length - index;
  if (left > 0) {
    const group = ((bytes[index] ?? 0) << 16) | (left === 2 ? (bytes[index + 1] ?? 0) << 8 : 0);
    out[at++] = codes[group >> 18] ?? 0;
    out[at++] = codes[(group >> 12) & 63] ?? 0;
    out[at++] = left === 2 ? (codes[(group >> 6) & 63] ?? 0) : padding;
    out[at++] = padding;
  }
  return ascii.decode(out);
}

/** The bytes; undefined when a group of characters is left open (wrong length or padding). */
export function decodeBase64(text: string): Uint8Array | undefined {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4) + 3);
  let length = 0;
  let group = 0;
  let inGroup = 0;
  let pads = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const digit = code < 256 ? (digits[code] ?? 255) : 255;
    if (digit !== 255) {
      pads = 0;
      group = (group << 6) | digit;
      inGroup += 1;
      if (inGroup === 4) {
        out[length++] = (group >> 16) & 255;
        out[length++] = (group >> 8) & 255;
        out[length++] = group & 255;
        group = 0;
        inGroup = 0;
      }
    } else if (code === padding && inGroup >= 2) {
      pads += 1;
      if (inGroup + pads < 4) continue;
      out[length++] = inGroup === 2 ? (group >> 4) & 255 : (group >> 10) & 255;
      if (inGroup === 3) out[length++] = (group >> 2) & 255;
      return out.subarray(0, length);
    }
  }
  return inGroup === 0 ? out.subarray(0, length) : undefined;
}
