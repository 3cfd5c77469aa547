/**
 * Unpacks archives: ZIP, TAR (plain or packed by gzip, bzip2, xz), single files packed by gzip; tried in this order.
 *
 * Invariants
 * - An archive is read as a whole, within the limits, before its first member is given: a damaged or hostile one gives nothing.
 * - Members are streams; memory does not grow with their size.
 * - A member's name is only a name, whatever it looks like.
 */
import { compressionOf, decompress } from "./decompress.ts";
import { archiveTooLarge, damagedArchive, notAnArchive } from "./errors.ts";
import { type ArchiveSource, readRange } from "./source.ts";
import { tarFiles } from "./tar.ts";
import { zipFiles } from "./zip.ts";

type ArchiveFormat = "zip" | "tar" | "gzip";

export interface ArchiveMember {
  /** Full path inside the archive; undefined for a file packed by gzip alone. */
  readonly name: string | undefined;
  /** The content; to be read, if at all, before the next member is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

interface ArchiveLimits {
  /** Files in the archive. Default 10,000. */
  readonly members?: number;
  /** Unpacked bytes of all files. Default 16 GiB. */
  readonly bytes?: number;
  /** Unpacked bytes per packed byte, looked at above 256 MiB. Default 500. */
  readonly ratio?: number;
}

export interface ArchiveOptions {
  /** Formats to try. Default: all. */
  readonly formats?: readonly ArchiveFormat[];
  /** Exact names of the members to give; a nameless one is always given. Default: all. */
  readonly names?: readonly string[];
  readonly limits?: ArchiveLimits;
}

export interface Archive {
  readonly format: ArchiveFormat;
  /** Number of members that `members` gives. */
  readonly count: number;
  /** The members in the order of the archive; may be called again. */
  members(): AsyncIterable<ArchiveMember>;
}

/** Throws WEIR_ARCHIVE_UNREADABLE when it is none of the formats, WEIR_ARCHIVE_TOO_LARGE above a limit. */
export async function openArchive(source: ArchiveSource, options: ArchiveOptions = {}): Promise<Archive> {
  const { formats = ["zip", "tar", "gzip"], names, limits = {} } = options;
  const wanted = names === undefined ? undefined : new Set(names);
  const reasons: string[] = [];
  for (const format of formats) {
    const members = () => selected(membersOf[format](source, guardOf(source.size, limits)), wanted);
    try {
      const count = await readThrough(members(), limits.members ?? 10_000);
      return { format, count, members };
    } catch (error) {
      if (!damagedArchive.is(error)) throw error;
      reasons.push(error.message);
    }
  }
  throw notAnArchive({ reasons });
}

/** Counts unpacked bytes on their way, whether anybody wants them or not. */
type Guard = (stream: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

const membersOf: Readonly<
  Record<ArchiveFormat, (source: ArchiveSource, guard: Guard) => AsyncIterable<ArchiveMember>>
> = {
  async *zip(source, guard) {
    for await (const { name, read } of zipFiles(source)) yield { name, read: () => guard(read()) };
  },
  async *tar(source, guard) {
    const compression = compressionOf(await readRange(source, 0, 6));
    yield* tarFiles(guard(compression === undefined ? source.stream(0) : decompress(source, compression)));
  },
  async *gzip(source, guard) {
    if (source.size > 0 && compressionOf(await readRange(source, 0, 6)) !== "gzip") {
      throw damagedArchive({ format: "gzip", problem: "the data does not begin like gzip" });
    }
    // Nothing unpacks to nothing, as with Python's gzip.
    yield { name: undefined, read: () => (source.size === 0 ? source.stream(0) : guard(decompress(source, "gzip"))) };
  },
};

function guardOf(packed: number, { bytes: most = 2 ** 34, ratio = 500 }: ArchiveLimits): Guard {
  const suspicious = Math.max(256 << 20, packed * ratio);
  let bytes = 0;
  return async function* guarded(stream) {
    for await (const part of stream) {
      bytes += part.length;
      if (bytes > most) throw archiveTooLarge({ what: "bytes", limit: most });
      if (bytes > suspicious) throw archiveTooLarge({ what: "ratio", limit: ratio });
      yield part;
    }
  };
}

async function* selected(
  members: AsyncIterable<ArchiveMember>,
  names: ReadonlySet<string> | undefined,
): AsyncGenerator<ArchiveMember> {
  for await (const member of members) {
    if (names === undefined || member.name === undefined || names.has(member.name)) yield member;
  }
}

async function readThrough(members: AsyncIterable<ArchiveMember>, most: number): Promise<number> {
  let count = 0;
  for await (const member of members) {
    count += 1;
    if (count > most) throw archiveTooLarge({ what: "members", limit: most });
    for await (const _ of member.read()); // read to its end, where checksums are compared
  }
  return count;
}
