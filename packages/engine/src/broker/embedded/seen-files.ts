/**
 * Files of sealed runs of digests (seen-records.ts), beside LMDB: LMDB maps its file into memory, and what a bot has seen
 * would count twice while it is read.
 *
 * Invariants
 * - A file is on disk, with its name, before the record that refers to it is written; it is never changed after that.
 * - It is removed after the record that referred to it; one that a crash left is removed at the next opening.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writevSync,
} from "node:fs";
import { join } from "node:path";

/** Files are not of one size exactly: memory for one should do for another. */
const spare = 64 << 10;

export class SeenFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, "seen");
  }

  /** Throws when there is no room, among others; nothing is left then. */
  write(bot: string, number: number, parts: readonly Uint8Array[]): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const path = this.#pathOf(bot, number);
    try {
      const file = openSync(path, "w", 0o600);
      try {
        const wanted = parts.reduce((sum, { length }) => sum + length, 0);
        const written = writevSync(file, parts);
        if (written !== wanted) throw new Error(`only ${written} of ${wanted} bytes could be written to ${path}`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      const folder = openSync(this.#directory, "r");
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** What there is of it, in `memory` if that is enough. */
  read(bot: string, number: number, memory: ArrayBuffer | undefined): Uint8Array<ArrayBuffer> {
    let file: number;
    try {
      file = openSync(this.#pathOf(bot, number), "r");
    } catch {
      return new Uint8Array(0); // told by who knows how long it should be
    }
    try {
      const { size } = fstatSync(file);
      const bytes = new Uint8Array(
        memory !== undefined && memory.byteLength >= size ? memory : new ArrayBuffer(size + spare),
      );
      return bytes.subarray(0, readSync(file, bytes, 0, size, 0));
    } finally {
      closeSync(file);
    }
  }

  remove(bot: string, number: number): void {
    rmSync(this.#pathOf(bot, number), { force: true });
  }

  /** Removes all files but these. */
  sweep(known: Iterable<readonly [bot: string, number: number]>): void {
    const names = new Set<string>();
    for (const [bot, number] of known) names.add(nameOf(bot, number));
    let found: string[] = [];
    try {
      found = readdirSync(this.#directory);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error; // not made yet
    }
    for (const name of found) if (!names.has(name)) rmSync(join(this.#directory, name), { force: true });
  }

  #pathOf(bot: string, number: number): string {
    return join(this.#directory, nameOf(bot, number));
  }
}

function nameOf(bot: string, number: number): string {
  return `${createHash("sha256").update(bot).digest("hex").slice(0, 32)}.${number}`;
}
