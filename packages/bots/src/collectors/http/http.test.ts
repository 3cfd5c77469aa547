import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tryCollector } from "@weir/engine/testing";
import { strToU8, zipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import collector from "./http.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "weir-http-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** `raw` as text; the reports' own fields. */
function plain(reports: readonly Readonly<Record<string, unknown>>[]) {
  return reports.map(({ raw, "extra.file_name": name }) => ({
    raw: Buffer.from(String(raw), "base64").toString(),
    ...(name === undefined ? {} : { name }),
  }));
}

describe("HTTP collector", () => {
  it("reports the text with its address", async () => {
    const base = await serve((_, response) => response.end("a,b\n"));
    const reports = await tryCollector(collector, { http_url: `${base}/a.csv`, name: "Feed" })();
    expect(reports).toMatchObject([{ "feed.url": `${base}/a.csv`, "feed.name": "Feed", "feed.accuracy": 100 }]);
    expect(plain(reports)).toEqual([{ raw: "a,b\n" }]);
  });

  it.each([
    ["text/plain; charset=windows-1252", "80", "€"],
    ["text/plain", "c3bc", "ü"],
    ["text/plain", "fc", "ü"],
    ["text/plain; charset=utf-8", "61ff", "a\ufffd"],
  ])("reports text of type %s as UTF-8", async (type, hex, expected) => {
    const base = await serve((_, response) =>
      response.writeHead(200, { "Content-Type": type }).end(Buffer.from(hex, "hex")),
    );
    expect(plain(await tryCollector(collector, { http_url: base })())).toEqual([{ raw: expected }]);
  });

  it("reports long texts and files without holding them in the message", async () => {
    const long = "0123456789abcde\n".repeat(700_000);
    const directory = temporaryDirectory();
    const base = await serve(({ url }, response) =>
      response.end(url === "/zip" ? zipSync({ "long.csv": strToU8(long) }) : long),
    );
    expect(plain(await tryCollector(collector, { http_url: base }, { directory })())).toEqual([{ raw: long }]);
    const zipped = await tryCollector(collector, { http_url: `${base}/zip` }, { directory })();
    expect(plain(zipped)).toEqual([{ raw: long, name: "long.csv" }]);
    expect(readdirSync(join(directory, "bots", "trial-bot"))).toEqual([]);
  });

  it.each([
    [false, "a.zip", ["one", "two"]],
    [true, "a.zip", ["one", "two"]],
    ["two.csv", "a.zip", ["two"]],
    ["nope", "a.zip", []],
    [true, "a.gz", ["packed"]],
  ])("with extract_files %j unpacks %s to %j", async (extract, name, expected) => {
    const zip = zipSync({ "one.csv": strToU8("one"), "empty.csv": strToU8(""), "two.csv": strToU8("two") });
    const base = await serve((_, response) => response.end(name === "a.zip" ? zip : gzipSync("packed")));
    const reports = await tryCollector(collector, { http_url: `${base}/${name}`, extract_files: extract })();
    expect(plain(reports).map(({ raw }) => raw)).toEqual(expected);
  });

  it("fails when what is to be unpacked is no archive, and reports a damaged ZIP as text when it need not be", async () => {
    const damaged = Buffer.from(zipSync({ "one.csv": strToU8("one") }, { level: 0 }));
    damaged[damaged.indexOf("one", 35)] = 0x30;
    const base = await serve((_, response) => response.end(damaged));
    await expect(tryCollector(collector, { http_url: base, extract_files: true })()).rejects.toThrow("is no archive");
    expect(await tryCollector(collector, { http_url: base })()).toHaveLength(1);
  });

  it("fails with the status when that is no success, without showing the password", async () => {
    const base = await serve((_, response) => response.writeHead(403).end("go away"));
    const failing = tryCollector(collector, { http_url: base.replace("//", "//u:secret@") })();
    await expect(failing).rejects.toThrow(/127\.0\.0\.1:\d+\/? answers 403 Forbidden/);
    await expect(failing).rejects.not.toThrow("secret");
  });

  it("fails when the answer is cut off, and reports nothing of it", async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half a file\n", () => response.destroy());
    });
    await expect(tryCollector(collector, { http_url: base })()).rejects.toThrow("failed");
  });

  it("asks for a new version only, and reports an unchanged one once", async () => {
    const asked: IncomingHttpHeaders[] = [];
    let version = '"1"';
    const base = await serve(({ headers }, response) => {
      asked.push(headers);
      if (headers["if-none-match"] === version) response.writeHead(304).end();
      else
        response
          .writeHead(200, { ETag: version, "Last-Modified": "Tue, 04 Mar 2031 00:00:00 GMT" })
          .end(`version ${version}`);
    });
    const collect = tryCollector(collector, { http_url: base });
    expect(plain(await collect())).toEqual([{ raw: 'version "1"' }]);
    expect(await collect()).toEqual([]);
    version = '"2"';
    expect(plain(await collect())).toEqual([{ raw: 'version "2"' }]);
    expect(asked.map((headers) => [headers["if-none-match"], headers["if-modified-since"]])).toEqual([
      [undefined, undefined],
      ['"1"', "Tue, 04 Mar 2031 00:00:00 GMT"],
      ['"1"', "Tue, 04 Mar 2031 00:00:00 GMT"],
    ]);
  });

  it("fetches everything each time when http_conditional is off", async () => {
    const base = await serve(({ headers }, response) => {
      response.writeHead(headers["if-none-match"] === undefined ? 200 : 304, { ETag: '"1"' }).end("x");
    });
    const collect = tryCollector(collector, { http_url: base, http_conditional: false });
    expect([(await collect()).length, (await collect()).length]).toEqual([1, 1]);
  });

  it("does not take a version as reported that failed after its download", async () => {
    let good = false;
    const base = await serve(({ headers }, response) => {
      if (headers["if-none-match"] !== undefined) return response.writeHead(304).end();
      return response.writeHead(200, { ETag: '"1"' }).end(good ? gzipSync("x") : "no archive");
    });
    const collect = tryCollector(collector, { http_url: base, extract_files: true });
    await expect(collect()).rejects.toThrow("is no archive");
    good = true;
    expect(plain(await collect())).toEqual([{ raw: "x" }]);
  });

  it("says before the start what is wrong with the addresses", async () => {
    const findings = await collector.check?.(
      collector.params.parse({
        http_url: "{tim[%Y]}",
        http_url_formatting: true,
        signature_url: "ftp://feed.example/a.asc",
      }),
    );
    expect(findings?.map(({ parameter, message }) => [parameter, message])).toEqual([
      ["http_url", "there is no {tim[…]}, possibly misspelt; it is {time[…]}"],
      ["signature_url", '"ftp://feed.example/a.asc" does not begin with http:// or https://'],
    ]);
  });
});

const hasGpg = (() => {
  try {
    execFileSync("gpg", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasGpg)("HTTP collector with signatures", () => {
  it("reports what has a good signature, and nothing else", { timeout: 30_000 }, async () => {
    const home = temporaryDirectory();
    cleanups.push(() => execFileSync("gpgconf", ["--homedir", home, "--kill", "all"], { stdio: "ignore" }));
    const gpg = (args: readonly string[], input = "") =>
      execFileSync("gpg", ["--homedir", home, "--batch", "--passphrase", "", "--pinentry-mode", "loopback", ...args], {
        input,
        stdio: ["pipe", "pipe", "ignore"],
      });
    gpg(["--quick-generate-key", "feed@sender.example", "ed25519", "sign", "never"]);
    const keyring = join(home, "ring.gpg");
    gpg(["--output", keyring, "--export"]);
    const signature = gpg(["--detach-sign", "--armor"], "signed text\n");
    let body = "signed text\n";
    let sent: string | Buffer = signature;
    const base = await serve(({ url }, response) => response.end(url === "/a.asc" ? sent : body));
    const collect = tryCollector(collector, {
      http_url: `${base}/a`,
      signature_url: `${base}/a.asc`,
      verify_pgp_signatures: true,
      gpg_keyring: keyring,
    });
    expect(plain(await collect())).toEqual([{ raw: "signed text\n" }]);
    body = "other text\n";
    await expect(collect()).rejects.toThrow("the signature does not fit the data");
    sent = "hello";
    await expect(collect()).rejects.toThrow("there is no signature");
    gpg(["--quick-generate-key", "stranger@other.example", "ed25519", "sign", "never"]);
    sent = gpg(["--local-user", "stranger@other.example", "--detach-sign", "--armor"], body);
    await expect(collect()).rejects.toThrow("the key is not in the keyring");
  });
});
