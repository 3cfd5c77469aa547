/**
 * What bots are made with: the definition API, parameter building blocks, record readers.
 *
 * Every worker loads this, so it holds nothing that only some bots need and that is large: reading YAML has an entry of its
 * own, `@weir/engine/load-configuration`.
 */

export { type Archive, type ArchiveMember, type ArchiveOptions, openArchive } from "./archive/archive.ts";
export { notAnArchive } from "./archive/errors.ts";
export { type ArchiveSource, sourceOfBytes } from "./archive/source.ts";
export type { DeadLetter } from "./dead-letter/dead-letter.ts";
export { type Catalogue, catalogueOf } from "./definition/catalogue.ts";
export {
  type ExportParameters,
  exportParameters,
  type FeedParameters,
  feedParameters,
  type HttpParameters,
  httpParameters,
  type ParserParameters,
  parserParameters,
  type RuntimeParameters,
  runtimeParameters,
} from "./definition/common-parameters.ts";
export type { BotContext, Clock, Logger, LookupCache, Resolver } from "./definition/context.ts";
export {
  type AnyDefinition,
  type BotKind,
  type CollectedReport,
  type Collector,
  type CollectorDefinition,
  type Delivery,
  defineCollector,
  defineExpert,
  defineOutput,
  defineParser,
  type Expert,
  type ExpertDefinition,
  type ExpertResult,
  type Output,
  type OutputDefinition,
  type ParameterFinding,
  type Parser,
  type ParserDefinition,
  type ParserResult,
  type Routed,
  to,
} from "./definition/definition.ts";
export { catalogueWithOwn } from "./definition/module-resolution.ts";
export {
  commaList,
  filePath,
  flag,
  integer,
  mapping,
  number,
  optional,
  seconds,
  secret,
  text,
} from "./definition/parameters.ts";
export { makeDirectory } from "./files/make-directory.ts";
export { httpStatus } from "./http/errors.ts";
export { fileNameFromResponse, suggestedFileName } from "./http/file-name.ts";
export type { HttpClient, HttpRequest, HttpResponse } from "./http/http-client.ts";
export { asUtf8, declaredCharset, guessCharset } from "./http/response-text.ts";
export type { LogEntry, LogLevel } from "./observe/bot-log.ts";
export { type CsvDictOptions, type CsvRecord, type CsvRowOptions, csvDicts, csvRows } from "./report/csv-rows.ts";
export { type JsonArrayOptions, jsonArray } from "./report/json-array.ts";
export { jsonLines } from "./report/json-lines.ts";
export { type LineOptions, lines } from "./report/lines.ts";
export { PhysicalLines } from "./report/physical-lines.ts";
export { type RecordBatch, type RecordReader, type ReportBody, UnreadableRecord } from "./report/record-reader.ts";
export { type SplitOptions, splitChunks, splitReport } from "./report/split-report.ts";
export { type Spooled, spool, sweepSpools } from "./report/spool.ts";
export { decodeText, encodeText } from "./report/text-encoding.ts";
export { wholeJson, wholeText } from "./report/whole.ts";
export type { BotState, KeyedState, SeenSet } from "./state/state.ts";
export { addressOfName, addressOfUrl } from "./surroundings/address-of-name.ts";
export { nameLookup } from "./surroundings/system-resolver.ts";
export { killPoint } from "./testing/kill-point.ts";
