import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient } from "./create-http-client.ts";

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const silent = () => undefined;
const log = { debug: silent, info: silent, warning: silent, error: silent };

describe.skipIf(!hasOpenssl)("createHttpClient by TLS", () => {
  let directory = "";
  let base = "";
  let close = silent;
  const file = (name: string) => join(directory, name);
  const get = async (params: object) => {
    const client = createHttpClient({ http_timeout_max_tries: 1, ...params }, { log });
    return (await client.request(base)).text();
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "weir-tls-"));
    for (const name of ["server", "client"]) {
      const names = name === "server" ? ["-addext", "subjectAltName=IP:127.0.0.1"] : [];
      const key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        file(`${name}.key`),
      ];
      const args = [
        "req",
        "-x509",
        ...key,
        "-out",
        file(`${name}.pem`),
        "-days",
        "2",
        "-subj",
        `/CN=${name}`,
        ...names,
      ];
      execFileSync("openssl", args, { stdio: "ignore" });
    }
    writeFileSync(
      file("both.pem"),
      readFileSync(file("client.pem"), "utf8") + readFileSync(file("client.key"), "utf8"),
    );
    mkdirSync(file("authorities"));
    copyFileSync(file("server.pem"), file("authorities/0a1b2c3d.0"));
    const certificates = { key: readFileSync(file("server.key")), cert: readFileSync(file("server.pem")) };
    const server = createServer(
      { ...certificates, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const socket = request.socket as TLSSocket; // of an HTTPS server
        response.end(`client: ${socket.getPeerCertificate().subject?.CN ?? "none"}`);
      },
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    base = `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
    close = () => {
      server.closeAllConnections();
      server.close();
      return undefined;
    };
  });
  afterAll(() => {
    close();
    rmSync(directory, { recursive: true });
  });

  it("refuses a certificate that no known authority has signed", async () => {
    await expect(get({})).rejects.toThrow(/self-signed certificate/);
  });

  it("takes the authorities of a file or a directory, or any certificate when told to", async () => {
    expect(await get({ http_verify_cert: file("server.pem") })).toBe("client: none");
    expect(await get({ http_verify_cert: file("authorities") })).toBe("client: none");
    expect(await get({ http_verify_cert: false })).toBe("client: none");
    await expect(get({ http_verify_cert: file("client.pem") })).rejects.toMatchObject({ code: "WEIR_HTTP_FAILED" });
  });

  it.each([
    ["one file by the documented name", () => ({ ssl_client_certificate: file("both.pem") })],
    ["one file by IntelMQ's name", () => ({ ssl_client_cert: file("both.pem") })],
    ["two files", () => ({ ssl_client_cert: [file("client.pem"), file("client.key")] })],
  ])("shows the client certificate of %s", async (_, params) => {
    expect(await get({ http_verify_cert: false, ...params() })).toBe("client: client");
  });
});
