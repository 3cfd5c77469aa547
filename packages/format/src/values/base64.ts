/**
 * Base64 in both directions. Decoding is as lenient as IntelMQ's: characters outside the alphabet are skipped, and what
 * follows a complete padding is ignored; a group left open at the end is an error.
 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codes = new Uint8Array(64);
const digits = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index++) {
  codes[index] = alphabet.charCodeAt(index);
  digits[alphabet.charCodeAt(index)] = index;
}
const padding = 61;
const ascii = new TextDecoder();

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
    if (inGroup === 0) {
      // Whole groups at once, as long as nothing is to be skipped.
      for (; index + 3 < text.length; index += 4) {
        const four =
          (digitOf(text.charCodeAt(index)) << 18) |
          (digitOf(text.charCodeAt(index + 1)) << 12) |
          (digitOf(text.charCodeAt(index + 2)) << 6) |
          digitOf(text.charCodeAt(index + 3));
        if (four < 0) break;
        out[length++] = four >> 16;
        out[length++] = four >> 8;
        out[length++] = four;
      }
      if (index >= text.length) break;
    }
    const code = text.charCodeAt(index);
    const digit = digitOf(code);
    if (digit >= 0) {
      pads = 0;
      group = (group << 6) | digit;
      inGroup += 1;
      if (inGroup === 4) {
        out[length++] = group >> 16;
        out[length++] = group >> 8;
        out[length++] = group;
        group = 0;
        inGroup = 0;
      }
    } else if (code === padding && inGroup >= 2) {
      pads += 1;
      if (inGroup + pads < 4) continue;
      out[length++] = inGroup === 2 ? group >> 4 : group >> 10;
      if (inGroup === 3) out[length++] = group >> 2;
      return out.subarray(0, length);
    }
  }
  return inGroup === 0 ? out.subarray(0, length) : undefined;
}

/** Whether {@link decodeBase64} gives bytes, found out without making them. */
export function isBase64(text: string): boolean {
  let inGroup = 0;
  let pads = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (digitOf(code) >= 0) {
      pads = 0;
      inGroup = (inGroup + 1) & 3;
    } else if (code === padding && inGroup >= 2) {
      pads += 1;
      if (inGroup + pads === 4) return true;
    }
  }
  return inGroup === 0;
}

/** The value of a character; negative, also when shifted, for one that is not in the alphabet. */
function digitOf(code: number): number {
  return code < 128 ? (digits[code] ?? -1) : -1;
}
