/**
 * Writes the reference feed: node bench/feed.mjs LINES FILE [SEED]. Columns: address, time, URL, port, text; about 150 bytes a
 * line, IPv4 and IPv6, times with zones, one line in ten repeats one of the last thousand. The same seed gives the same feed.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

/** Writes `lines` lines to `file`. */
export async function writeFeed(lines, file, seed = 42) {
  let state = seed >>> 0;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % limit;
  };
  const two = (number) => String(number).padStart(2, "0");
  const address = () =>
    below(4) === 0
      ? `2001:db8:${below(65536).toString(16)}::${(1 + below(65535)).toString(16)}`
      : `${1 + below(222)}.${below(256)}.${below(256)}.${1 + below(254)}`;
  const time = () =>
    `2026-${two(1 + below(12))}-${two(1 + below(28))}T${two(below(24))}:${two(below(60))}:${two(below(60))}+0${below(3)}:00`;
  const url = () => `http://host${below(1e6)}.example.com:${80 + below(9000)}/path/${below(1e6)}?q=${below(1e6)}`;

  const recent = [];
  const out = createWriteStream(file);
  for (let i = 0; i < lines; i++) {
    let line;
    if (recent.length > 10 && below(10) === 0) line = recent[below(recent.length)];
    else {
      line = `${address()},${time()},${url()},${1 + below(65000)},note ${below(1e6)} some text here that fills the line`;
      recent[recent.length < 1000 ? recent.length : below(1000)] = line;
    }
    if (!out.write(`${line}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [lines, file, seed = "42"] = process.argv.slice(2);
  if (!lines || !file) {
    process.stderr.write("usage: node bench/feed.mjs LINES FILE [SEED]\n");
    process.exit(2);
  }
  await writeFeed(Number(lines), file, Number(seed));
}
