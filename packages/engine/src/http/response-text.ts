/** Text of an answer: by the declared charset; without one UTF-8 where the bytes are that, else ISO-8859-1. */
export function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? "")?.[1];
  if (charset !== undefined) {
    try {
      return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // an unknown charset is as good as none
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder("latin1").decode(bytes);
  }
}
