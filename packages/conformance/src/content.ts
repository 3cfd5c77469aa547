/** Content of a fixture: `text`, `base64`, `json` or `asset`; none of them is empty. */
import { readFile } from "node:fs/promises";
import { type JsonObject, writeJson } from "@weir/format";
import { assetPath, type Surroundings } from "./tokens.ts";

export async function contentOf(fixture: JsonObject, surroundings: Surroundings): Promise<Uint8Array> {
  const text = fixture.get("text");
  if (typeof text === "string") return Buffer.from(text);
  const base64 = fixture.get("base64");
  if (typeof base64 === "string") return Buffer.from(base64, "base64");
  const json = fixture.get("json");
  if (json !== undefined) return Buffer.from(writeJson(json));
  const asset = fixture.get("asset");
  return typeof asset === "string" ? readFile(assetPath(asset, surroundings)) : new Uint8Array();
}

/** Bytes as `expect` holds them: `text` when they are UTF-8, else `base64`. */
export function describedBytes(bytes: Uint8Array): JsonObject {
  try {
    return new Map([["text", new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)]]);
  } catch {
    return new Map([["base64", Buffer.from(bytes).toString("base64")]]); // not UTF-8
  }
}
