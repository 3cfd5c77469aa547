import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient } from "./create-http-client.ts";

const running: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  running.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${portOf(server)}`;
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function clientOf(params: object = {}, signal?: AbortSignal) {
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const log = { debug: note, info: note, warning: note, error: note };
  return { lines, client: createHttpClient(params, { log, ...(signal === undefined ? {} : { signal }) }) };
}

describe("createHttpClient", () => {
  it("gives status, headers, final address and body", async () => {
    const base = await serve((_, response) => response.writeHead(404, { "X-A": "1" }).end("nothing here"));
    const response = await clientOf().client.request(`${base}/a?b=c`);
    expect(response).toMatchObject({ status: 404, statusText: "404 Not Found", url: `${base}/a?b=c` });
    expect(response.headers.get("x-a")).toBe("1");
    expect(await response.text()).toBe("nothing here");
  });

  it("sends the configured user agent and headers, the request's own above them", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const base = await serve(({ headers }, response) => {
      seen.push(headers);
      response.end();
    });
    const { client } = clientOf({ http_header: { "X-Key": "k", Accept: "text/csv" }, http_user_agent: "weir-test" });
    await (await client.request(base, { headers: { accept: "text/plain" } })).bytes();
    expect(seen[0]).toMatchObject({ "x-key": "k", accept: "text/plain", "user-agent": "weir-test" });
    const own = clientOf({ http_header: { "User-Agent": "mine" } });
    await (await own.client.request(base)).bytes();
    expect(seen[1]).toMatchObject({ "user-agent": "mine" });
  });

  it("authenticates by parameters or by the address, and never shows the password", async () => {
    const seen: (string | undefined)[] = [];
    const base = await serve(({ headers, url }, response) => {
      seen.push(headers.authorization);
      if (url === "/cut") response.writeHead(200, { "Content-Length": "9" }).write("x", () => response.destroy());
      else response.end();
    });
    await (await clientOf({ http_username: "u", http_password: "p:w" }).client.request(base)).bytes();
    const withUser = base.replace("//", "//user:p%40ss@");
    await (await clientOf().client.request(withUser)).bytes();
    expect(seen).toEqual(["Basic dTpwOnc=", `Basic ${Buffer.from("user:p@ss").toString("base64")}`]);
    const failing = (await clientOf().client.request(`${withUser}/cut`)).bytes();
    await expect(failing).rejects.toThrow(/^the request to http:\/\/127\.0\.0\.1:\d+\/cut failed: /);
  });

  it("follows redirects, and leaves credentials and keys behind when they lead elsewhere", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const elsewhere = await serve(({ headers }, response) => {
      seen.push(headers);
      response.end("there");
    });
    const base = await serve(({ headers, url }, response) => {
      seen.push(headers);
      response.writeHead(302, { Location: url === "/a" ? "/b" : `${elsewhere}/c` }).end();
    });
    const { client } = clientOf({ http_username: "u", http_password: "p", http_header: { "X-Api-Key": "k" } });
    const response = await client.request(`${base}/a`);
    expect([await response.text(), response.url]).toEqual(["there", `${elsewhere}/c`]);
    expect(seen.map((headers) => [headers.authorization, headers["x-api-key"]])).toEqual([
      ["Basic dTpw", "k"],
      ["Basic dTpw", "k"],
      [undefined, undefined],
    ]);
  });

  it("turns a redirected POST into a GET, except by 307 and 308", async () => {
    const seen: string[] = [];
    const base = await serve(({ method = "", url = "" }, response) => {
      seen.push(`${method} ${url}`);
      if (url === "/") response.end();
      else response.writeHead(Number(url.slice(1)), { Location: "/" }).end(); // the address tells the status
    });
    for (const status of [302, 303, 307]) {
      await (await clientOf().client.request(`${base}/${status}`, { method: "POST", body: "b" })).bytes();
    }
    expect(seen.filter((line) => line.endsWith(" /"))).toEqual(["GET /", "GET /", "POST /"]);
  });

  it("gives up after 30 redirects, and never leaves HTTP", async () => {
    const base = await serve(({ url }, response) =>
      response.writeHead(302, { Location: url === "/file" ? "file:///etc/passwd" : "/again" }).end(),
    );
    await expect(clientOf().client.request(base)).rejects.toMatchObject({ code: "WEIR_HTTP_REDIRECTS" });
    await expect(clientOf().client.request(`${base}/file`)).rejects.toThrow("it redirects to file:");
  });

  it.each(["feed.example/a", "ftp://feed.example/a", "mailto:u:secret@feed.example"])(
    "refuses the address %s",
    async (url) => {
      const refused = clientOf().client.request(url);
      await expect(refused).rejects.toMatchObject({ code: "WEIR_HTTP_ADDRESS" });
      await expect(refused).rejects.not.toThrow("secret");
    },
  );

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["identity", Buffer.from],
  ])("undoes %s", async (encoding, encode) => {
    const base = await serve((_, response) =>
      response.writeHead(200, { "Content-Encoding": encoding }).end(encode(Buffer.from("text"))),
    );
    expect(await (await clientOf().client.request(base)).text()).toBe("text");
  });

  it("undoes one coding above another, and none of nothing", async () => {
    const base = await serve(({ method }, response) => {
      response.writeHead(200, { "Content-Encoding": "br, gzip" });
      response.end(method === "HEAD" ? undefined : gzipSync(brotliCompressSync("text")));
    });
    expect(await (await clientOf().client.request(base)).text()).toBe("text");
    expect(await (await clientOf().client.request(base, { method: "HEAD" })).text()).toBe("");
  });

  it.each([
    ["cut off before its length", { "Content-Length": "100" }, Buffer.from("short")],
    ["cut off inside of gzip", { "Content-Encoding": "gzip" }, gzipSync("text".repeat(100)).subarray(0, 20)],
    ["not gzip at all", { "Content-Encoding": "gzip" }, Buffer.from("plain")],
  ])("takes an answer that is %s as failed", async (_, headers, bytes) => {
    const base = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write(bytes, () => response.destroy());
    });
    const response = await clientOf().client.request(base);
    await expect(response.bytes()).rejects.toMatchObject({ code: "WEIR_HTTP_FAILED" });
  });

  it("refuses what unpacks to more than the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(8 << 20));
    const base = await serve((_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb));
    const response = await clientOf().client.request(base, { maxBytes: 1 << 20 });
    await expect(response.bytes()).rejects.toThrow("is larger than 1 MiB");
  });

  it("refuses a few bytes that unpack to very many, as a stream too", { timeout: 20_000 }, async () => {
    const bomb = brotliCompressSync(Buffer.alloc(300 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const base = await serve((_, response) => response.writeHead(200, { "Content-Encoding": "br" }).end(bomb));
    const { stream } = await clientOf().client.request(base);
    const readAll = async () => {
      for await (const _ of stream);
    };
    await expect(readAll()).rejects.toThrow("it unpacks to more than 500 times its size");
  });

  it("tries a GET again that breaks before its answer, and a POST never", async () => {
    let requests = 0;
    const base = await serve((request, response) => {
      requests += 1;
      if (requests < 3) request.socket.destroy();
      else response.end("third time");
    });
    expect(await (await clientOf().client.request(base)).text()).toBe("third time");
    requests = 0;
    await expect(clientOf().client.request(base, { method: "POST", body: "x" })).rejects.toMatchObject({
      code: "WEIR_HTTP_FAILED",
    });
    expect(requests).toBe(1);
    requests = 0;
    await expect(clientOf({ http_timeout_max_tries: 1 }).client.request(base)).rejects.toMatchObject({
      code: "WEIR_HTTP_FAILED",
    });
    expect(requests).toBe(1);
  });

  it("says which address refused the connection", async () => {
    const server = createTcpServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = portOf(server);
    server.close();
    await once(server, "close");
    const refused = clientOf().client.request(`http://u:secret@127.0.0.1:${port}/list`);
    await expect(refused).rejects.toThrow(`the request to http://127.0.0.1:${port}/list failed: connect ECONNREFUSED`);
  });

  it("waits as long as Retry-After says, and gives the answer after the last try as it is", async () => {
    let requests = 0;
    const base = await serve((_, response) => {
      requests += 1;
      response.writeHead(503, { "Retry-After": "0" }).end("busy");
    });
    const response = await clientOf().client.request(base);
    expect([response.status, await response.text(), requests]).toEqual([503, "busy", 3]);
  });

  it("ends with an error when nothing comes for the configured time", async () => {
    const base = await serve(() => undefined);
    const { client } = clientOf({ http_timeout_sec: [5, 0.05], http_timeout_max_tries: 1 });
    await expect(client.request(base)).rejects.toMatchObject({ code: "WEIR_HTTP_FAILED" });
  });

  it("stops at once when it is told to", async () => {
    const base = await serve(() => undefined);
    const abort = new AbortController();
    const waiting = clientOf({}, abort.signal).client.request(base);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "WEIR_HTTP_FAILED" });
  });

  it("goes through the proxies when both are set, and warns when one is", async () => {
    const asked: string[] = [];
    const proxy = await serve(({ url = "" }, response) => {
      asked.push(url);
      response.end("by proxy");
    });
    const both = clientOf({ http_proxy: proxy, https_proxy: proxy });
    expect(await (await both.client.request("http://feed.example/a")).text()).toBe("by proxy");
    expect(asked).toEqual(["http://feed.example/a"]);
    const base = await serve((_, response) => response.end("direct"));
    const one = clientOf({ http_proxy: proxy });
    expect(await (await one.client.request(base)).text()).toBe("direct");
    expect(one.lines).toEqual(["Only one of http_proxy and https_proxy is set: both are needed, no proxy is used."]);
  });

  it("says which TLS file it cannot read", async () => {
    const { client } = clientOf({ ssl_client_certificate: "/nonexistent/client.pem" });
    await expect(client.request("https://127.0.0.1:9/")).rejects.toThrow(
      "ssl_client_certificate: /nonexistent/client.pem cannot be read",
    );
    const authorities = clientOf({ http_verify_cert: "/nonexistent" });
    await expect(authorities.client.request("https://127.0.0.1:9/")).rejects.toMatchObject({
      code: "WEIR_HTTP_TLS_FILE",
    });
  });
});
