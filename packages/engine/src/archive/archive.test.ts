import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type ArchiveOptions, openArchive } from "./archive.ts";
import { sourceOfBytes, sourceOfFile } from "./source.ts";
import { paxRecord, tarOf } from "./test-archives.ts";

const tarXz =
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AFtdADCLiGd0ORbMiZaRrUdbbUDtMIS155FYr4RUpV1MZALS3C7IAEx7HgivWHnfAYkePi34ch9zErDcnM5YQcIXgNZdmDCmJUEj5hYFrXX+FYmJ5IlBLPMqL+cANwAAAJtaRa5MIpTdAAF3gFAAAACUVpmvscRn+wIAAAAABFla";

async function unpack(bytes: Uint8Array, options?: ArchiveOptions): Promise<Record<string, string>> {
  const archive = await openArchive(sourceOfBytes(bytes), options);
  const found: [string, string][] = [];
  for await (const { name, read } of archive.members()) {
    const parts: Uint8Array[] = [];
    for await (const part of read()) parts.push(part);
    found.push([name ?? "(no name)", Buffer.concat(parts).toString()]);
  }
  return Object.fromEntries(found);
}

const twoFiles = { "a.csv": strToU8("a,b\n"), "sub/": new Uint8Array(), "sub/b.csv": strToU8("c,d\n") };

describe("openArchive", () => {
  it("gives the files of a ZIP archive with their full names, stored or deflated", async () => {
    const expected = { "a.csv": "a,b\n", "sub/b.csv": "c,d\n" };
    expect(await unpack(zipSync(twoFiles, { level: 9 }))).toEqual(expected);
    expect(await unpack(zipSync(twoFiles, { level: 0 }))).toEqual(expected);
  });

  it("finds a ZIP archive behind a program and before a comment", async () => {
    const zip = zipSync({ "a.csv": strToU8("a,b\n") });
    expect(await unpack(Buffer.concat([Buffer.from("#!/bin/sh\nexit\n"), zip]))).toEqual({ "a.csv": "a,b\n" });
    const commented = Buffer.from(zip);
    commented.writeUInt16LE(5, commented.length - 2);
    expect(await unpack(Buffer.concat([commented, Buffer.from("hello")]))).toEqual({ "a.csv": "a,b\n" });
  });

  it("reads names that are not marked as UTF-8 as code page 437", async () => {
    const zip = Buffer.from(zipSync({ "a.csv": strToU8("x") }));
    for (let at = zip.indexOf("a.csv"); at !== -1; at = zip.indexOf("a.csv", at)) zip[at] = 0x81;
    expect(await unpack(zip)).toEqual({ "ü.csv": "x" });
  });

  it("gives only the wanted members, and none when none fits", async () => {
    expect(await unpack(zipSync(twoFiles), { names: ["sub/b.csv", "other"] })).toEqual({ "sub/b.csv": "c,d\n" });
    expect(await unpack(zipSync(twoFiles), { names: ["nope"] })).toEqual({});
    expect(await unpack(gzipSync("x"), { names: ["nope"] })).toEqual({ "(no name)": "x" });
  });

  it("gives the regular files of a TAR archive", async () => {
    const tar = tarOf([
      { name: "sub/", type: "5" },
      { name: "sub/a", content: "a".repeat(1000) },
      { name: "link", type: "2" },
      { name: "empty" },
      { name: "deep", prefix: "very/long", content: "p" },
      { name: "././@LongLink", type: "L", content: `${"n".repeat(300)}\0` },
      { name: "cut", content: "gnu" },
      { name: "pax", type: "x", content: paxRecord("path", "ü/pax") + paxRecord("mtime", "1.5") },
      { name: "cut", content: "pax" },
    ]);
    const expected = {
      "sub/a": "a".repeat(1000),
      empty: "",
      "very/long/deep": "p",
      ["n".repeat(300)]: "gnu",
      "ü/pax": "pax",
    };
    expect(await unpack(tar)).toEqual(expected);
    expect(await unpack(gzipSync(tar))).toEqual(expected);
    expect(await unpack(Buffer.from(tarXz, "base64"))).toEqual({ "a.csv": "a,b\n" });
  });

  it("takes names as names only", async () => {
    expect(await unpack(tarOf([{ name: "../../etc/passwd", content: "x" }]))).toEqual({ "../../etc/passwd": "x" });
  });

  it("takes a TAR archive without its end mark, but none that stops within a file", async () => {
    const tar = tarOf([{ name: "a", content: "x".repeat(600) }], { end: false });
    expect(await unpack(tar)).toEqual({ a: "x".repeat(600) });
    await expect(unpack(tar.subarray(0, 1000))).rejects.toThrow("tar: it ends in the middle of a file");
  });

  it("gives a file packed by gzip without a name, parts one after the other as one, and nothing for nothing", async () => {
    expect(await unpack(Buffer.concat([gzipSync("a"), gzipSync("b")]))).toEqual({ "(no name)": "ab" });
    expect(await unpack(Buffer.concat([gzipSync("a"), Buffer.alloc(10)]))).toEqual({ "(no name)": "a" });
    expect(await unpack(new Uint8Array())).toEqual({ "(no name)": "" });
  });

  it("says for every format why the data is not of it", async () => {
    await expect(unpack(Buffer.concat([gzipSync("a"), Buffer.from("more")]))).rejects.toThrow(/zip: .*; gzip: /);
    await expect(unpack(Buffer.from("a,b\n1,2\n"))).rejects.toMatchObject({ code: "WEIR_ARCHIVE_UNREADABLE" });
  });

  it("gives nothing of an archive with one damaged member", async () => {
    const zip = Buffer.from(zipSync(twoFiles, { level: 0 }));
    zip[zip.lastIndexOf("c,d\n")] = 120;
    await expect(unpack(zip)).rejects.toThrow('the content of "sub/b.csv" is not what its checksum says');
    await expect(unpack(zip, { names: ["a.csv"] })).resolves.toEqual({ "a.csv": "a,b\n" });
  });

  it("says that a member is encrypted or packed by an unknown method", async () => {
    const zip = Buffer.from(zipSync({ a: strToU8("x") }, { level: 0 }));
    const contents = zip.indexOf("PK\x01\x02", 0, "latin1");
    const encrypted = Buffer.from(zip);
    encrypted.writeUInt16LE(1, contents + 8);
    await expect(unpack(encrypted)).rejects.toThrow('"a" is encrypted');
    zip.writeUInt16LE(14, contents + 10);
    await expect(unpack(zip)).rejects.toThrow('"a" is packed by method 14');
  });

  it("refuses archives above the limits", async () => {
    const files = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`f${index}`, strToU8("x".repeat(100))]));
    await expect(unpack(zipSync(files), { limits: { members: 4 } })).rejects.toThrow(
      "the archive has more than 4 members",
    );
    await expect(unpack(zipSync(files), { limits: { bytes: 499 } })).rejects.toMatchObject({
      code: "WEIR_ARCHIVE_TOO_LARGE",
    });
    const bomb = gzipSync(Buffer.alloc(300 << 20));
    await expect(unpack(bomb)).rejects.toThrow("more than 500 times its size");
  });

  it("never gives more of a ZIP member than its entry says", async () => {
    const zip = Buffer.from(zipSync({ a: [strToU8("y".repeat(100)), { level: 9 }] }));
    zip.writeUInt32LE(10, zip.indexOf("PK\x01\x02", 0, "latin1") + 24);
    await expect(unpack(zip)).rejects.toThrow("is not what its checksum says");
    expect(deflateRawSync("y".repeat(100)).length).toBeLessThan(100);
  });

  it("unpacks from a file without holding it", async () => {
    const directory = await mkdtemp(join(tmpdir(), "weir-archive-"));
    const file = join(directory, "a.zip");
    try {
      const zip = zipSync({ "a.csv": strToU8("line\n".repeat(100_000)) });
      await writeFile(file, zip);
      const archive = await openArchive(sourceOfFile(file, zip.length));
      expect(archive.format).toBe("zip");
      let bytes = 0;
      for await (const member of archive.members()) for await (const part of member.read()) bytes += part.length;
      expect(bytes).toBe(500_000);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
