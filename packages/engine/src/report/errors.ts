/** What can be wrong with a report as a whole, or with a text. */
import { errorKind } from "@weir/format/errors";

export const csvCellTooLong = errorKind<{ limit: number }>("WEIR_CSV_CELL_TOO_LONG", {
  message: ({ limit }) => `a cell is longer than ${limit} characters`,
  remedy: "A quote is probably not closed; look at the report.",
  retry: "never",
});

export const csvHeaderMissing = errorKind<{ wanted: number; found: number }>("WEIR_CSV_HEADER_MISSING", {
  message: ({ wanted, found }) => `the report has ${found} line(s), but skip_header leaves out ${wanted}`,
  remedy: "Correct skip_header, or look at what the collector fetched.",
  retry: "never",
});

export const csvRowTooLong = errorKind<{ limit: number }>("WEIR_CSV_ROW_TOO_LONG", {
  message: ({ limit }) => `a row is longer than ${limit >> 20} MiB`,
  remedy: "A quote is probably not closed; look at the report.",
  retry: "never",
});

export const csvSurplusCells = errorKind<{ cells: number; columns: number }>("WEIR_CSV_SURPLUS_CELLS", {
  message: ({ cells, columns }) => `the row has ${cells} cells, but the header names ${columns}`,
  remedy: "Look at the row: a delimiter inside of a cell that is not in quotes is the usual cause.",
  retry: "never",
});

export const lineTooLong = errorKind<{ limit: number }>("WEIR_REPORT_LINE_TOO_LONG", {
  message: ({ limit }) => `a line is longer than ${limit >> 20} MiB`,
  remedy: "The report is probably of another form than the parser reads; look at what the collector fetched.",
  retry: "never",
});

export const reportTooLarge = errorKind<{ size: number; limit: number }>("WEIR_REPORT_TOO_LARGE", {
  message: ({ size, limit }) =>
    `the report has ${Math.round(size / 2 ** 20)} MiB; this form is read as a whole, up to ${limit >> 20} MiB`,
  remedy: "Have the collector split the report (chunk_size), or use a form that is read in pieces, such as lines.",
  retry: "never",
});

export const notRecords = errorKind<{ found: string }>("WEIR_REPORT_NO_RECORDS", {
  message: ({ found }) => `the report is ${found}; a JSON array of records is expected`,
  remedy: "Look at what the collector fetched: the feed's form has changed, or it is an error page.",
  retry: "never",
});

export const jsonArrayBroken = errorKind<{ offset: number; problem: string }>("WEIR_REPORT_JSON_ARRAY", {
  message: ({ offset, problem }) => `the JSON array is broken at byte ${offset}: ${problem}`,
  remedy: "The report is damaged or cut off; have the collector fetch it again.",
  retry: "never",
});

export const unknownEncoding = errorKind<{ encoding: string }>("WEIR_TEXT_ENCODING_UNKNOWN", {
  message: ({ encoding }) =>
    `there is no encoding "${encoding}" here; examples are utf-8, latin-1, windows-1252, utf-16-le`,
  remedy: "Correct the name of the encoding.",
  retry: "never",
});

export const notInEncoding = errorKind<{ encodings: readonly string[]; direction: "decoded" | "encoded" }>(
  "WEIR_TEXT_ENCODING",
  {
    message: ({ encodings, direction }) => `the text cannot be ${direction} as ${encodings.join(", ")}`,
    remedy: "Name the encoding that the data has, or have what does not fit left out.",
    retry: "never",
  },
);
