import { goldenFolder, tryParser } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import spamhausDrop from "./spamhaus-drop.ts";

describe("spamhaus-drop", () => {
  it.each(goldenFolder(import.meta.url, spamhausDrop))("parses $name", ({ check }) => check());

  /** A list as bytes, since text would be taken for base64. */
  const report = (text: string, url = "https://www.spamhaus.org/drop/drop.txt") => ({
    raw: Buffer.from(text),
    "feed.url": url,
  });
  const modified = "; Last-Modified: Sun, 04 May 2031 03:02:01 GMT\n";

  it("keeps a list's time for the next list", async () => {
    const run = tryParser(spamhausDrop);
    await run(report(`${modified}192.0.2.0/24 ; SBL1\n`));
    const { events } = await run(report("198.51.100.0/24 ; SBL2\n"));
    expect(events).toMatchObject([{ "time.source": "2031-05-04T03:02:01+00:00" }]);
  });

  it("fails on a time that cannot be read, and on every entry behind it", async () => {
    const { events, failures } = await tryParser(spamhausDrop)(report("; Last-Modified: never\n192.0.2.0/24 ; SBL1\n"));
    expect(events).toEqual([]);
    expect(failures).toHaveLength(2);
  });

  it("knows only the lists of Spamhaus, by their addresses", async () => {
    const { failures } = await tryParser(spamhausDrop)(
      report("192.0.2.0/24 ; SBL1\n", "http://www.spamhaus.org/drop/drop.txt"),
    );
    expect(failures).toMatchObject([{ message: "Unknown data feed http://www.spamhaus.org/drop/drop.txt." }]);
  });

  it("adds to extra fields that came with the report", async () => {
    const run = tryParser(spamhausDrop, { copy_collector_provided_fields: ["extra.file_name"] });
    const { events } = await run({ ...report("192.0.2.0/24 ; SBL1\n"), "extra.file_name": "drop.txt" });
    expect(events).toMatchObject([{ "extra.file_name": "drop.txt", "extra.blocklist": "SBL1" }]);
  });
});
