import { describe, expect, it } from "vitest";
import { bunzip2 } from "./bzip2.ts";

/** Made by bzip2 1.0.8: two streams one after the other. */
const twoStreams =
  "QlpoOTFBWSZTWTGE3NUAABiAgABgIAAgpAgyLIuLuSKcKEgYwm5qgEJaaDkxQVkmU1maNV7VAAACAYBAAAAQIAAhAIILF3JFOFCQmjVe1Q==";
/** `a` 300 times, `bcbcbc` 20 times, `dddd`. */
const runs = "QlpoOTFBWSZTWfB2u4YAAANRAMAAACA8AAAIIAAxDACKBp2BMt2KLAVje+LuSKcKEh4O13DA";

async function* partsOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array, size = 64): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bunzip2(partsOf(bytes, size))) parts.push(part);
  return Buffer.concat(parts).toString("latin1");
}

describe("bunzip2", () => {
  it.each([1, 7, 1000])("undoes runs and repetitions, whatever the parts of the input (%s bytes)", async (size) => {
    expect(await unpack(Buffer.from(runs, "base64"), size)).toBe(`${"a".repeat(300)}${"bc".repeat(60)}dddd`);
  });

  it("reads streams one after the other as one and leaves what follows alone", async () => {
    const bytes = Buffer.concat([Buffer.from(twoStreams, "base64"), Buffer.from("\0\0padding")]);
    expect(await unpack(bytes)).toBe(`${"xy".repeat(50)}${"zz".repeat(50)}`);
  });

  it("notices every flipped bit of the data, and nothing worse happens", async () => {
    const sound = Buffer.from(runs, "base64");
    const text = await unpack(sound);
    for (let bit = 4 * 8; bit < sound.length * 8; bit++) {
      const bytes = Buffer.from(sound);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = await unpack(bytes).catch((error: unknown) =>
        error instanceof Error && "code" in error ? error.code : error,
      );
      expect([text, "WEIR_ARCHIVE_DAMAGED"]).toContain(outcome);
    }
  });

  it.each(["", "BZh", "BZh9", "BZh91AY&SY", "PK"])("refuses %j", async (text) => {
    await expect(unpack(Buffer.from(text, "latin1"))).rejects.toMatchObject({ code: "WEIR_ARCHIVE_DAMAGED" });
  });
});
