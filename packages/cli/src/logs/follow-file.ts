/** Lines as they are appended to a file, through rotation: when another file has the name, it is read from its start. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface FollowOptions {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** True: begin with what is there already. Default: with what comes. */
  readonly fromStart?: boolean;
  /** Milliseconds between two looks; default 250. */
  readonly interval?: number;
}

/** Lines without their ends. The file need not exist yet. */
export async function* followFile(path: string, options: FollowOptions): AsyncGenerator<string> {
  const { signal, fromStart = false, interval = 250 } = options;
  let position = fromStart ? 0 : ((await sizeOf(path))?.size ?? 0);
  let inode = (await sizeOf(path))?.inode;
  let rest: Buffer = Buffer.alloc(0);
  while (!signal.aborted) {
    const now = await sizeOf(path);
    if (now !== undefined && (now.inode !== inode || now.size < position)) {
      position = 0;
      rest = Buffer.alloc(0);
      inode = now.inode;
    }
    if (now !== undefined && now.size > position) {
      const added = await readFrom(path, position, now.size);
      position += added.length;
      const data = Buffer.concat([rest, added]);
      const end = data.lastIndexOf(0x0a); // never inside of a character
      rest = data.subarray(end + 1);
      if (end !== -1) yield* data.subarray(0, end).toString("utf8").split("\n");
      continue;
    }
    await sleep(interval, undefined, { signal }).catch(ignoreAbort);
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}

async function sizeOf(path: string): Promise<{ readonly size: number; readonly inode: number } | undefined> {
  try {
    const { size, ino } = await stat(path);
    return { size, inode: ino };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const largestStep = 1024 * 1024;

async function readFrom(path: string, from: number, to: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const block = Buffer.alloc(Math.min(to - from, largestStep));
    const { bytesRead } = await file.read(block, 0, block.length, from);
    return block.subarray(0, bytesRead);
  } finally {
    await file?.close();
  }
}
