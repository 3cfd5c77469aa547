/** Parameters that many bots take: of the runtime, of collectors and parsers, of HTTP, of outputs that write events as text. */
import { z } from "zod";
import { commaList, filePath, flag, integer, mapping, number, optional, seconds, secret, text } from "./parameters.ts";

/** Of every bot; the engine uses them, bots do not see them. */
export const runtimeParameters = z.object({
  rate_limit: seconds()
    .default(0)
    .describe("Pause after each successful round; for outputs and experts after each message."),
  error_max_retries: integer({ min: 0 }).default(3).describe("Further tries of a message after the first has failed."),
  error_retry_delay: seconds().default(15).describe("Pause before a message is tried again."),
  error_procedure: z
    .enum(["pass", "stop"])
    .catch("pass")
    .default("pass")
    .describe("After the last try: `pass` goes on with the next message, `stop` stops the bot and keeps the message."),
  error_dump_message: flag().default(true).describe("Keep messages that were given up as dead letters."),
  error_log_exception: flag().default(true).describe("Log the stack of an error, not only its message."),
  error_log_message: flag().default(false).describe("Log the message that failed."),
  load_balance: flag().default(false).describe("Send each message to one queue of the path in turn instead of to all."),
  instances_threads: integer({ min: 0 })
    .default(0)
    .describe("Parallel instances on the bot's queue (IntelMQ's name; `weir: instances` is ours)."),
  logging_level: z
    .string()
    .transform((level) => level.toUpperCase())
    .pipe(z.enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]))
    .default("INFO")
    .describe("Least level that is logged."),
  logging_handler: z
    .string()
    .default("file")
    .describe("`file`; others are taken as `file`, the journal gets all lines anyway."),
  logging_path: optional(filePath()).describe("Directory of the bot's log."),
  logging_max_size: integer({ min: 0, unit: "bytes" })
    .default(0)
    .describe("Size at which the log is rotated; 0: never."),
  logging_max_copies: optional(integer({ min: 0 })).describe("Rotated logs that are kept."),
  log_processed_messages_count: integer({ min: 0 }).default(500).describe("A line in the log after so many messages."),
  log_processed_messages_seconds: seconds()
    .default(900)
    .describe("A line in the log after so much time, if messages came."),
});
export type RuntimeParameters = z.output<typeof runtimeParameters>;

/** Of every collector. */
export const feedParameters = z.object({
  name: optional(text()).describe("Name of the feed: `feed.name`. Default: the bot's own `name`."),
  provider: optional(text()).describe("Who publishes the feed: `feed.provider`."),
  code: optional(text()).describe("Short code of the feed: `feed.code`."),
  documentation: optional(text()).describe("Where the feed is described: `feed.documentation`."),
  accuracy: number().default(100).describe("How far the feed is to be trusted, 0 to 100: `feed.accuracy`."),
});
export type FeedParameters = z.output<typeof feedParameters>;

/** Of every parser. */
export const parserParameters = z.object({
  default_fields: optional(mapping(z.unknown()))
    .meta({ keepsKinds: true })
    .describe("Fields that every event gets unless it has them."),
  copy_collector_provided_fields: commaList(z.string())
    .default([])
    .describe("Further fields of the report that every event gets, such as `extra.file_name`."),
});
export type ParserParameters = z.output<typeof parserParameters>;

/** Of bots that speak HTTP: spread into `params`. */
export const httpParameters = {
  http_header: mapping(text()).default({}).describe("Further request headers."),
  http_user_agent: text()
    .default("Mozilla/5.0 (compatible; Weir threat intelligence collector)")
    .describe("User-Agent, unless `http_header` has one."),
  http_verify_cert: z
    .union([z.boolean(), z.string()])
    .default(true)
    .describe("Verify the server's certificate: true, false, or a file or directory of CA certificates."),
  http_username: optional(text()).describe("User of HTTP basic authentication."),
  http_password: optional(secret()).describe("Password of HTTP basic authentication."),
  http_proxy: optional(secret()).describe("Proxy for http; used only together with `https_proxy`."),
  https_proxy: optional(secret()).describe("Proxy for https; used only together with `http_proxy`."),
  http_timeout_sec: z
    .union([number({ min: 0 }), z.array(number({ min: 0 })).length(2)])
    .default(30)
    .describe("Seconds to connect and between two reads; or a pair [connect, read]."),
  http_timeout_max_tries: integer({ min: 1 }).default(3).describe("Tries in total when the connection fails."),
  ssl_client_certificate: optional(filePath()).describe("Client certificate with key, PEM."),
  ssl_client_cert: optional(z.union([filePath(), z.array(filePath()).length(2)])).describe(
    "The same, or a pair [certificate, key].",
  ),
};
const httpSchema = z.object(httpParameters);
export type HttpParameters = z.output<typeof httpSchema>;

/** Of outputs that write events as JSON text: spread into `params`. */
export const exportParameters = {
  hierarchical_output: optional(flag()).describe("Nest fields at the dots of their names."),
  message_hierarchical: optional(flag()).describe("Same as `hierarchical_output`."),
  message_hierarchical_output: optional(flag()).describe("Same as `hierarchical_output`."),
  message_with_type: optional(flag()).describe("Add `__type`."),
  with_type: optional(flag()).describe("Same as `message_with_type`."),
  message_jsondict_as_string: flag().default(false).describe("Write `extra` as one JSON text."),
  single_key: z
    .union([z.string(), z.boolean()])
    .nullish()
    .transform((key) => (typeof key === "string" && key !== "" ? key : undefined))
    .describe("Write only this field; `raw` is decoded."),
  keep_raw_field: flag().default(false).describe("Keep the field `raw`."),
};
const exportSchema = z.object(exportParameters);
export type ExportParameters = z.output<typeof exportSchema>;
