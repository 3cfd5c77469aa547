/**
 * How many stored messages refer to each blob, and the files themselves.
 *
 * Invariants
 * - The counts are those of the messages in the store (waiting, parked, dead letters): made anew from them at every opening,
 *   so a count cannot go wrong for good.
 * - A file is removed only after the commit that took away its last reference is on disk; one that a crash left is removed
 *   at the next opening, before anybody can write new ones.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { killPoint } from "../../testing/kill-point.ts";

export class BlobReferences {
  readonly #directory: string;
  readonly #counts = new Map<string, number>();
  /** Without any reference since the last `removeFiles`. */
  readonly #released = new Set<string>();

  constructor(directory: string) {
    this.#directory = join(directory, "blobs");
  }

  add(id: string): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    this.#released.delete(id);
  }

  remove(id: string): void {
    const left = (this.#counts.get(id) ?? 0) - 1;
    if (left > 0) this.#counts.set(id, left);
    else this.#counts.delete(id);
    this.release(id);
  }

  /** Its file may go unless a message refers to it. */
  release(id: string): void {
    if (!this.#counts.has(id)) this.#released.add(id);
  }

  clear(): void {
    this.#counts.clear();
    this.#released.clear();
  }

  /** Removes the files of blobs that lost their last reference; called when that is on disk. */
  removeFiles(): void {
    if (this.#released.size === 0) return;
    killPoint("store.before-blob-removal");
    for (const id of this.#released) this.#removeFile(id);
    this.#released.clear();
  }

  /** Removes files that no message refers to, temporary ones too. Gives their number. */
  sweep(): number {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const orphans = readdirSync(this.#directory).filter((name) => !this.#counts.has(name));
    for (const name of orphans) this.#removeFile(name);
    return orphans.length;
  }

  #removeFile(id: string): void {
    if (isFileName(id)) rmSync(join(this.#directory, id), { force: true, recursive: true });
  }

  /** The whole file, unless it is missing or longer than that. */
  read(id: string, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
    if (!isFileName(id)) return undefined;
    const path = join(this.#directory, id);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    return bytes === undefined || bytes > maxBytes ? undefined : new Uint8Array(readFileSync(path));
  }

  /** Bytes of all files. */
  size(): number {
    let bytes = 0;
    for (const name of readdirSync(this.#directory)) {
      bytes += statSync(join(this.#directory, name), { throwIfNoEntry: false })?.size ?? 0;
    }
    return bytes;
  }
}

/** False for what would lead outside of the directory. */
function isFileName(id: string): boolean {
  return !id.includes("/") && !id.includes("\\") && id !== "" && id !== "." && id !== "..";
}
