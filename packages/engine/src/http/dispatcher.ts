/** The connections of a bot: TLS files, timeouts and proxies of its parameters. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { HttpParameters } from "../definition/common-parameters.ts";
import { tlsFileUnreadable } from "./errors.ts";

/** Reads the TLS files; connects with the first request. Throws WEIR_HTTP_TLS_FILE. */
export function createDispatcher(settings: HttpParameters): Dispatcher {
  const { http_proxy: plain, https_proxy: secure } = settings;
  const [connectSeconds, readSeconds] = timeoutsOf(settings);
  const tls = tlsOf(settings);
  const timeouts = { headersTimeout: readSeconds * 1000, bodyTimeout: readSeconds * 1000 };
  const connect = { ...tls, timeout: connectSeconds * 1000 };
  const own = plain !== undefined && secure !== undefined ? { httpProxy: plain, httpsProxy: secure } : undefined;
  if (own === undefined && !hasProxyInEnvironment()) return new Agent({ connect, ...timeouts });
  return new EnvHttpProxyAgent({
    ...own,
    connect,
    requestTls: connect,
    proxyTls: { timeout: connectSeconds * 1000, ...(tls.ca === undefined ? {} : { ca: tls.ca }) },
    proxyTunnel: false, // plain requests go through the proxy as requests, those by TLS still through a tunnel
    ...timeouts,
  });
}

function timeoutsOf({ http_timeout_sec: timeout }: HttpParameters): readonly [number, number] {
  if (typeof timeout === "number") return [timeout, timeout];
  return [timeout[0] ?? 30, timeout[1] ?? 30];
}

function hasProxyInEnvironment(): boolean {
  const names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
  return names.some((name) => process.env[name] !== undefined && process.env[name] !== "");
}

interface TlsOptions {
  rejectUnauthorized: boolean;
  ca?: string[];
  cert?: string;
  key?: string;
}

function tlsOf(settings: HttpParameters): TlsOptions {
  const { http_verify_cert: verify, ssl_client_cert: undocumented, ssl_client_certificate: documented } = settings;
  const parameter = undocumented === undefined ? "ssl_client_certificate" : "ssl_client_cert";
  const certificate = undocumented ?? documented;
  const [cert, key] = typeof certificate === "string" ? [certificate, certificate] : (certificate ?? []);
  return {
    rejectUnauthorized: verify !== false,
    ...(typeof verify === "string" ? { ca: authoritiesIn(verify) } : {}),
    ...(cert === undefined || key === undefined ? {} : { cert: read(parameter, cert), key: read(parameter, key) }),
  };
}

/** The certificates of a file, or of all files of a directory. */
function authoritiesIn(path: string): string[] {
  const parameter = "http_verify_cert";
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw tlsFileUnreadable({ parameter, file: path, reason: "there is no such file or directory" });
  if (!found.isDirectory()) return [read(parameter, path)];
  const files = readdirSync(path).map((name) => join(path, name));
  const certificates = files
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .map((file) => read(parameter, file))
    .filter((text) => text.includes("-----BEGIN CERTIFICATE-----"));
  if (certificates.length > 0) return certificates;
  throw tlsFileUnreadable({ parameter, file: path, reason: "the directory holds no certificates" });
}

function read(parameter: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw tlsFileUnreadable({ parameter, file, reason }, { cause: error });
  }
}
