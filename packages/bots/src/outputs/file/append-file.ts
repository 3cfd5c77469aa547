/**
 * A file that keeps each committed batch exactly once, through crashes between the write and the commit.
 *
 * The position behind the last committed batch is part of the bot's state, so of the unit of work. What stands behind it
 * after a crash, or after the engine took a batch back to split it, was written, but its events come again: it is cut off.
 *
 * Invariants
 * - `append` resolves when the bytes are on disk; then `position:<path>` in the state is their end.
 * - Before bytes go to the file, the journal says on disk that they are ours: all of the file from `from` to `to`.
 * - Only bytes between these are ever cut off, only behind the committed position, and only while nothing stands behind
 *   them. A file that was rotated, replaced or written by somebody else is left alone, and so is every file when the
 *   state was lost, which the owner's id tells.
 * - A file that was moved away is continued as a new one under the same name.
 *
 * Requires that `append` is not called again before it has resolved, and that the owner's id is committed before the first
 * batch.
 *
 *       from             position             to
 *        │ ours, committed  │ ours, not committed │ somebody else's, if anything
 *   ─────┴──────────────────┴─────────────────────┴────────
 */
import { hash } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type KeyedState, killPoint, type Logger, makeDirectory } from "@weir/engine";
import type { JsonValue } from "@weir/format";
import { z } from "zod";

export interface AppendFileOptions {
  readonly path: string;
  readonly state: KeyedState;
  /** Where journals are kept; made when it is missing. */
  readonly journalDirectory: string;
  /** Lives and dies with the state: a journal of another owner says nothing. */
  readonly owner: string;
  readonly log: Logger;
}

/** A file as the file system knows it, whatever its name. */
interface Identity {
  readonly device: string;
  readonly inode: string;
}

interface OwnRange extends Identity {
  readonly owner: string;
  readonly from: number;
  readonly to: number;
}

export class AppendFile {
  readonly path: string;
  readonly #options: AppendFileOptions;
  #file: FileHandle | undefined;
  #journal: FileHandle | undefined;
  #identity: Identity = { device: "", inode: "" };
  /** Start of what this instance has written, and its end. */
  #from = 0;
  #end = 0;

  constructor(options: AppendFileOptions) {
    this.path = options.path;
    this.#options = options;
  }

  /** Opens the file, and its directory if need be, and cuts off what was written but not committed. */
  async open(): Promise<void> {
    makeDirectory(dirname(this.path));
    makeDirectory(this.#options.journalDirectory);
    this.#journal ??= await open(this.#journalPath, constants.O_RDWR | constants.O_CREAT);
    this.#file = await open(this.path, "a+");
    const found = await this.#file.stat({ bigint: true });
    this.#identity = identityOf(found);
    this.#end = await this.#recover(this.#file, Number(found.size));
    this.#from = this.#end;
    if (this.#position !== this.#end) this.#keepPosition();
  }

  /** Appends and waits for the disk. On failure the file is cut back to what it was. */
  async append(bytes: Uint8Array): Promise<void> {
    const file = await this.#current();
    const start = await this.#startIn(file);
    await this.#note({ ...this.#identity, owner: this.#options.owner, from: this.#from, to: start + bytes.length });
    try {
      await writeAll(file, bytes);
      killPoint("file-output.after-write");
      await file.datasync();
    } catch (error) {
      await file.truncate(start).catch((cause) => this.#options.log.error(`${this.path} cannot be cut back.`, cause));
      throw error;
    }
    killPoint("file-output.after-sync");
    this.#end = (await file.stat()).size;
    if (this.#end !== start + bytes.length) this.#from = this.#end; // somebody else wrote meanwhile
    this.#keepPosition();
  }

  async close(): Promise<void> {
    const handles = [this.#file, this.#journal];
    this.#file = undefined;
    this.#journal = undefined;
    for (const handle of handles) await handle?.close();
  }

  /** The open file; a new one when another, or none, has the name by now. */
  async #current(): Promise<FileHandle> {
    const named = await stat(this.path, { bigint: true }).catch(() => undefined);
    if (this.#file !== undefined && named !== undefined && isSame(identityOf(named), this.#identity)) return this.#file;
    await this.#file?.close();
    await this.open();
    if (this.#file === undefined) throw new Error(`${this.path} was closed while it was opened`);
    return this.#file;
  }

  /** Where the next batch starts. What was taken back is cut off; what somebody else has done ends what is ours. */
  async #startIn(file: FileHandle): Promise<number> {
    const { size } = await file.stat();
    const kept = this.#position ?? size;
    if (size !== this.#end) {
      this.#from = size;
    } else if (kept < size && kept >= this.#from) {
      await file.truncate(kept);
      return kept;
    }
    return size;
  }

  /** Cuts off what is ours and not committed; gives the end of the file. */
  async #recover(file: FileHandle, size: number): Promise<number> {
    const own = parseOwnRange(await readFile(this.#journalPath, "utf8"));
    if (own === undefined || own.owner !== this.#options.owner || !isSame(own, this.#identity) || own.to < size)
      return size;
    const committed = this.#position ?? own.from;
    // A position behind all that is ours is from before somebody emptied the file.
    const end = committed > own.to ? own.from : Math.max(committed, own.from);
    if (end >= size) return size;
    this.#options.log.info(`Cut ${size - end} bytes off ${this.path}: their events were not committed and come again.`);
    await file.truncate(end);
    await file.datasync();
    return end;
  }

  /** The position in the state, if it is about this very file. */
  get #position(): number | undefined {
    const kept = this.#options.state.get(this.#stateKey);
    if (!(kept instanceof Map)) return undefined;
    const position: unknown = kept.get("position");
    const same = kept.get("device") === this.#identity.device && kept.get("inode") === this.#identity.inode;
    return same && typeof position === "number" ? position : undefined;
  }

  #keepPosition(): void {
    const { device, inode } = this.#identity;
    const value = new Map<string, JsonValue>([
      ["device", device],
      ["inode", inode],
      ["position", this.#end],
    ]);
    this.#options.state.set(this.#stateKey, value);
  }

  async #note(range: OwnRange): Promise<void> {
    if (this.#journal === undefined) throw new Error(`${this.path} is not open`);
    // One block of fixed length, written in place: it is on disk as a whole or as it was.
    await this.#journal.write(JSON.stringify(range).padEnd(journalBytes), 0);
    await this.#journal.datasync();
  }

  get #stateKey(): string {
    return `position:${this.path}`;
  }

  get #journalPath(): string {
    return join(this.#options.journalDirectory, `${hash("sha256", this.path).slice(0, 32)}.journal`);
  }
}

const journalBytes = 256;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

function identityOf({ dev, ino }: BigIntStats): Identity {
  return { device: String(dev), inode: String(ino) };
}

function isSame(a: Identity, b: Identity): boolean {
  return a.device === b.device && a.inode === b.inode;
}

/** What a journal says; undefined for one that is empty or damaged. */
function parseOwnRange(text: string): OwnRange | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // as after a crash while it was made: then nothing was written either
  }
  const parsed = ownRange.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

const ownRange = z.object({
  owner: z.string(),
  device: z.string(),
  inode: z.string(),
  from: z.number(),
  to: z.number(),
});
