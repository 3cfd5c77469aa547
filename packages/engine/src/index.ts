/** What bots need of the engine: the definition API with its building blocks, and what a context gives. */
export { loadConfiguration } from "./config/load-configuration.ts";
export type { DeadLetter } from "./dead-letter/dead-letter.ts";
export { type Catalogue, catalogueOf } from "./definition/catalogue.ts";
export {
  type ExportParameters,
  exportParameters,
  type FeedParameters,
  type HttpParameters,
  httpParameters,
  type ParserParameters,
  type RuntimeParameters,
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
export type { HttpClient, HttpRequest, HttpResponse } from "./http/http-client.ts";
export { type RecordBatch, type RecordReader, type ReportBody, UnreadableRecord } from "./report/record-reader.ts";
export type { BotState, KeyedState, SeenSet } from "./state/state.ts";
export { addressOfName, addressOfUrl } from "./surroundings/address-of-name.ts";
export { nameLookup } from "./surroundings/system-resolver.ts";
export { killPoint } from "./testing/kill-point.ts";
