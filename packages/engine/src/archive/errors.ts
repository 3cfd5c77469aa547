/** What can go wrong with archives. */
import { errorKind } from "@weir/format/errors";

export const notAnArchive = errorKind<{ reasons: readonly string[] }>("WEIR_ARCHIVE_UNREADABLE", {
  message: ({ reasons }) => `the data is no archive that can be unpacked (${reasons.join("; ")})`,
  remedy:
    "Look at what was fetched: it is damaged, cut off, of another format, or not packed at all (then switch unpacking off).",
  retry: "never",
});

export const archiveTooLarge = errorKind<{ what: "members" | "bytes" | "ratio"; limit: number }>(
  "WEIR_ARCHIVE_TOO_LARGE",
  {
    message: ({ what, limit }) => {
      if (what === "members") return `the archive has more than ${limit} members`;
      if (what === "bytes") return `the archive unpacks to more than ${Math.round(limit / 2 ** 20)} MiB`;
      return `the archive unpacks to more than ${limit} times its size: that is no report but an attack`;
    },
    remedy: "Look at the archive; if it is sound, unpack it outside and collect the files.",
    retry: "never",
  },
);

/** One format's reason why the data is not, or not wholly, of that format; people meet it inside {@link notAnArchive}. */
export const damagedArchive = errorKind<{ format: string; problem: string }>("WEIR_ARCHIVE_DAMAGED", {
  message: ({ format, problem }) => `${format}: ${problem}`,
  remedy: "Fetch the archive again; if that does not help, tell its publisher.",
  retry: "never",
});
