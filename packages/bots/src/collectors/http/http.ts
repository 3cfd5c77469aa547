import {
  asUtf8,
  type BotContext,
  type CollectedReport,
  declaredCharset,
  defineCollector,
  filePath,
  flag,
  guessCharset,
  type HttpResponse,
  httpParameters,
  httpStatus,
  notAnArchive,
  openArchive,
  optional,
  type ParameterFinding,
  type Spooled,
  spool,
  sweepSpools,
  text,
} from "@weir/engine";
import { z } from "zod";
import { extractFiles } from "../../archive/extract-files.ts";
import { invalidParameters } from "../../errors.ts";
import { compileTimeTemplate, type TimeFormatting } from "../../time/time-template.ts";
import { verifySignature } from "./pgp-signature.ts";
import { versionMemory } from "./unchanged.ts";

const formatting = () =>
  z
    .union([z.boolean(), z.record(z.string(), z.unknown())])
    .nullish()
    .transform((value) => value ?? false);

const params = z.object({
  http_url: text().describe(
    "Address of the feed; with `http_url_formatting` it may hold times such as `{time[%Y-%m-%d]}`.",
  ),
  http_url_formatting: formatting().describe(
    "Put local times into `http_url`: true, or an offset in days, hours, minutes, … such as `{days: -1}` for yesterday.",
  ),
  extract_files: extractFiles().describe(
    "true: unpack ZIP, TAR and gzip, one report per file. Names: only these files. false: only ZIP is recognised and unpacked.",
  ),
  verify_pgp_signatures: flag()
    .default(false)
    .describe("Report only what has a good detached signature. Needs the program gpg."),
  signature_url: optional(text()).describe("Address of the signature; may hold times like `http_url`."),
  signature_url_formatting: formatting().describe("Like `http_url_formatting`, for `signature_url`."),
  gpg_keyring: optional(filePath()).describe("Keyring file whose keys count. Default: the keyring of the bot's user."),
  http_conditional: flag()
    .default(true)
    .describe(
      "Ask the server for a version that was not reported yet (`ETag`, `Last-Modified`); an unchanged one gives no report.",
    ),
  ...httpParameters,
});
type Params = z.output<typeof params>;

export default defineCollector({
  module: "intelmq.bots.collectors.http.collector_http",
  name: "HTTP",
  summary: "Fetches a file by HTTP or HTTPS.",
  notes:
    "Text is reported as UTF-8: it is decoded by the charset that the server declares; without one, bytes that are UTF-8 stay as they are " +
    "and others are taken as ISO-8859-1. An archive is checked as a whole before its first file is reported. Files are streamed: their size " +
    "does not matter.",
  params,
  runtime: { rate_limit: 3600 },
  check,
  create(context) {
    const { botId, params, log, http, clock, dataDir, signal } = context;
    if (params.verify_pgp_signatures && params.signature_url === undefined) {
      throw invalidParameters({ bot: botId, problem: "verify_pgp_signatures needs signature_url" });
    }
    const expand = (parameter: string, template: string, formatting: TimeFormatting): string => {
      try {
        return compileTimeTemplate(template, formatting)(clock.now());
      } catch (error) {
        throw invalidParameters({ bot: botId, problem: `${parameter}: ${messageOf(error)}` }, { cause: error });
      }
    };
    const fetch = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResponse> => {
      const response = await http.request(url, { headers });
      const isUnchanged = response.status === 304 && Object.keys(headers).length > 0;
      if (isUnchanged || (response.status >= 200 && response.status < 300)) return response;
      log.debug(`Response headers: ${JSON.stringify(Object.fromEntries(response.headers))}.`);
      log.debug(`Response body: ${JSON.stringify((await response.text()).slice(0, 10_000))}.`);
      throw httpStatus({ url: withoutUser(url), status: response.statusText });
    };
    const isAuthentic = async (spooled: Spooled): Promise<boolean> => {
      if (!params.verify_pgp_signatures || params.signature_url === undefined) return true;
      const url = expand("signature_url", params.signature_url, params.signature_url_formatting);
      log.info(`Downloading PGP signature from '${withoutUser(url)}'.`);
      const signature = await (await fetch(url)).bytes();
      const verdict = await verifySignature({
        signature,
        signed: spooled.stream(0),
        keyring: params.gpg_keyring,
        signal,
      });
      if (!verdict.isGood) {
        log.error(`The PGP signature is not accepted, so nothing is reported: ${verdict.problem}.`);
        return false;
      }
      log.debug(`Owner trust of the signing key: ${verdict.trust}.`);
      log.info(`The PGP signature is good: key ${verdict.key} (${verdict.user}).`);
      return true;
    };
    return {
      open: () => sweepSpools(dataDir),
      async *collect() {
        const url = expand("http_url", params.http_url, params.http_url_formatting);
        log.info(`Downloading report from '${withoutUser(url)}'.`);
        const memory = params.http_conditional
          ? versionMemory(context.state, [url, wishesOf(params)], signal)
          : undefined;
        const response = await fetch(url, memory?.conditions);
        if (response.status === 304) {
          log.info("The server has no other version than the one that was reported last.");
          return;
        }
        const spooled = await spool(response.stream, { directory: dataDir });
        try {
          if (!(await isAuthentic(spooled))) return;
          for await (const { report, isLast } of reportsOf(context, { url, response, spooled })) {
            if (isLast && memory !== undefined) yield* memory.lastReport(report, response.headers);
            else yield report;
          }
        } finally {
          await spooled.remove();
        }
      },
    };
  },
});

interface Download {
  readonly url: string;
  readonly response: HttpResponse;
  readonly spooled: Spooled;
}

interface Part {
  readonly report: CollectedReport;
  readonly isLast: boolean;
}

async function* reportsOf(context: BotContext<Params>, download: Download): AsyncGenerator<Part> {
  const { params, newReport } = context;
  const { url, response, spooled } = download;
  const make = (name: string | undefined) => {
    const report = newReport();
    report.set("feed.url", url);
    if (name !== undefined) report.set("extra.file_name", name);
    return report;
  };
  const archive = await archiveIn(spooled, params.extract_files);
  if (archive === undefined) {
    yield { report: { report: make(undefined), body: await textBody(response, spooled) }, isLast: true };
    return;
  }
  let count = 0;
  for await (const { name, read } of archive.members()) {
    count += 1;
    yield { report: { report: make(name), body: read() }, isLast: count === archive.count };
  }
}

/** Undefined: not packed, or to be left as it is. What was to be unpacked and is no archive is an error. */
async function archiveIn(spooled: Spooled, wanted: Params["extract_files"]) {
  if (wanted !== "none") return openArchive(spooled, wanted === "all" ? {} : { names: wanted });
  try {
    return await openArchive(spooled, { formats: ["zip"] });
  } catch (error) {
    if (notAnArchive.is(error)) return undefined;
    throw error;
  }
}

/** Texts up to this size are set as text, so that what says nothing (`N/A`) is not reported. */
const shortText = 4096;

async function textBody(response: HttpResponse, spooled: Spooled): Promise<string | AsyncIterable<Uint8Array>> {
  const head = await firstBytes(spooled);
  const charset = declaredCharset(response.headers.get("content-type")) ?? guessCharset(head, spooled.isUtf8);
  const isUtf8 = /^utf-?8$/i.test(charset) && spooled.isUtf8;
  const stream = isUtf8 ? spooled.stream(0) : asUtf8(spooled.stream(0), charset);
  if (spooled.size > shortText) return stream;
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

async function firstBytes(spooled: Spooled): Promise<Uint8Array> {
  for await (const part of spooled.stream(0, 2)) return part;
  return new Uint8Array();
}

/** What decides, besides the address, which reports come out of an answer. */
function wishesOf({ extract_files, verify_pgp_signatures, http_header, http_username }: Params): readonly unknown[] {
  return [extract_files, verify_pgp_signatures, http_header, http_username];
}

function check({
  http_url,
  http_url_formatting,
  signature_url,
  signature_url_formatting,
  verify_pgp_signatures,
}: Params) {
  const findings: ParameterFinding[] = [];
  const look = (parameter: string, template: string | undefined, formatting: TimeFormatting): void => {
    if (template === undefined) return;
    try {
      const url = compileTimeTemplate(template, formatting)(Date.now());
      if (!/^https?:\/\//i.test(url))
        findings.push({ level: "error", message: `"${url}" does not begin with http:// or https://`, parameter });
    } catch (error) {
      findings.push({ level: "error", message: messageOf(error), parameter });
    }
  };
  look("http_url", http_url, http_url_formatting);
  look("signature_url", signature_url, signature_url_formatting);
  if (verify_pgp_signatures && signature_url === undefined) {
    findings.push({ level: "error", message: "verify_pgp_signatures needs signature_url", parameter: "signature_url" });
  }
  return findings;
}

/** The address without user and password, for the log. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
