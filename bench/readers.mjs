/** The record readers by themselves: a body in memory, records and the `raw` of each, nothing made of them. */
import { csvDicts, csvRows, jsonArray, jsonLines, lines } from "@weir/engine";
import { rounded } from "./lib/numbers.mjs";

const bodyBytes = 32 << 20;
const partBytes = 1 << 16;

const row = (n) =>
  `192.0.${n & 255}.${n % 250},2026-07-01T10:00:00+02:00,http://host${n}.example.com:8080/path/${n}?q=${n},${1 + (n % 65_000)},note ${n} some text`;
const quotedRow = (n) => row(n).replace("note ", '"note, ').concat('"');
const object = (n) =>
  `{"ip": "192.0.${n & 255}.${n % 250}", "time": "2026-07-01T10:00:00+02:00", "url": "http://host${n}.example.com:8080/path/${n}", "port": ${1 + (n % 65_000)}, "text": "note ${n}"}`;

/** Gives rows of MB a second and records a second. */
export async function benchReaders() {
  const dictionary = `ip,time,url,port,text\n`;
  const cases = [
    ["lines", lines(), bodyOf(row)],
    ["CSV rows", csvRows(), bodyOf(row)],
    ["CSV rows, quoted cells", csvRows(), bodyOf(quotedRow)],
    ["CSV by header", csvDicts(), bodyOf(row, { begin: dictionary })],
    ["JSON lines", jsonLines(), bodyOf(object)],
    ["JSON array, streamed", jsonArray(), bodyOf(object, { begin: "[", between: ",\n", end: "]" })],
  ];
  const rows = [];
  for (const [reader, records, body] of cases) {
    let best = { seconds: Number.POSITIVE_INFINITY, count: 0 };
    for (let round = 0; round < 3; round++) {
      const now = await read(records, body);
      if (now.seconds < best.seconds) best = now;
    }
    rows.push({
      reader,
      megabytesPerSecond: rounded(body.size / 1e6 / best.seconds),
      recordsPerSecond: rounded(best.count / best.seconds),
    });
  }
  return rows;
}

async function read(reader, body) {
  const started = performance.now();
  let count = 0;
  let rawBytes = 0;
  for await (const batch of reader.read(body, undefined)) {
    for (let index = 0; index < batch.records.length; index++) rawBytes += batch.raw(index).text.length;
    count += batch.records.length;
  }
  if (rawBytes < body.size / 2) throw new Error("the reader gave less than the body holds");
  return { seconds: (performance.now() - started) / 1000, count };
}

function bodyOf(record, { begin = "", between = "\n", end = "" } = {}) {
  const parts = [];
  for (let bytes = 0, n = 0; bytes < bodyBytes; n++) {
    parts.push(record(n));
    bytes += parts[n].length + between.length;
  }
  const bytes = Buffer.from(`${begin}${parts.join(between)}${end}\n`);
  return {
    size: bytes.length,
    async *stream(offset) {
      for (let at = offset; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes);
    },
  };
}
