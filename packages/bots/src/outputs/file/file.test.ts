import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryOutput } from "@weir/engine/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import file from "./file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "file-output-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const inDirectory = (...names: string[]) => join(directory, "out", ...names);
const content = (...names: string[]) => readFileSync(inDirectory(...names), "utf8");

function output(parameters = {}) {
  return tryOutput(file, { file: inDirectory("events.txt"), ...parameters }, { directory: join(directory, "state") });
}

const event = { "source.ip": "192.0.2.7", comment: "ü", raw: "eA==" };

describe("file", () => {
  it("appends a line per event", async () => {
    const write = output();
    await write(event, { "source.ip": "192.0.2.8" });
    await write({ "source.ip": "192.0.2.9" });
    expect(content("events.txt")).toBe(
      '{"comment": "ü", "source.ip": "192.0.2.7"}\n{"source.ip": "192.0.2.8"}\n{"source.ip": "192.0.2.9"}\n',
    );
  });

  it("fills the file's name with each event", async () => {
    const write = output({
      file: inDirectory("{event[time.source]:%Y-%m-%d}", "{event[source.port]:05d}.txt"),
      format_filename: true,
    });
    const day = (time: string, port: number) => ({ "time.source": time, "source.port": port });
    await write(
      day("2031-02-03T04:05:06+00:00", 80),
      day("2031-02-04T04:05:06.5+00:00", 443),
      day("2031-02-03T00:00:00+00:00", 80),
    );
    expect(content("2031-02-03", "00080.txt").split("\n")).toHaveLength(3);
    expect(content("2031-02-04", "00443.txt").split("\n")).toHaveLength(2);
  });

  it("lets no value lead to another directory", async () => {
    const write = output({ file: inDirectory("{event[comment]}", "{event[status]}.txt"), format_filename: true });
    await write({ comment: "..", status: "../../x" }, { status: "a" });
    expect(readdirSync(inDirectory()).sort()).toEqual(["None", "__"]);
    expect(readdirSync(inDirectory("__"))).toEqual([".._.._x.txt"]);
  });

  it("lets no two values lead there together", async () => {
    const write = output({ file: inDirectory("{event[comment]}{event[status]}", "x.txt"), format_filename: true });
    await write({ comment: ".", "extra.x": 1 }, { comment: "N", status: "a" });
    const dots = output({ file: inDirectory("{event[extra.a]}{event[extra.b]}", "x.txt"), format_filename: true });
    await dots({ "extra.a": ".", "extra.b": "." });
    expect(readdirSync(inDirectory()).sort()).toEqual(["Na", "_None", "__"]);
  });

  it("leaves braces in the name alone when it is no template", async () => {
    await output({ file: inDirectory("{event}.txt") })(event);
    expect(readdirSync(inDirectory())).toEqual(["{event}.txt"]);
  });

  it("does not start where the directory cannot be made", async () => {
    writeFileSync(join(directory, "out"), "a file");
    await expect(output()(event)).rejects.toThrow();
  });

  it("does not start with a name that cannot be filled", async () => {
    await expect(output({ file: "/tmp/{event[a]", format_filename: true })(event)).rejects.toThrow(
      "no template of a file name",
    );
    await expect(output({ file: "/tmp/{ev[a]}", format_filename: true })(event)).rejects.toThrow(
      "no template of a file name",
    );
  });

  it("gives up only the event whose text has no UTF-8 form", async () => {
    const write = output({ single_key: "extra.x" });
    const { failures } = await write({ "extra.x": "a" }, { "extra.x": "\ud800" }, { "extra.x": "b" });
    expect(failures).toMatchObject([{ code: "WEIR_BOT_NOT_ENCODABLE" }]);
    expect(content("events.txt")).toBe("a\nb\n");
  });
});

describe("check of file", () => {
  const check = (path: string) => file.check?.(file.params.parse({ file: path }));

  it("makes the directory and says so, once", () => {
    expect(check(inDirectory("a", "events.txt"))).toMatchObject([{ level: "info", parameter: "file" }]);
    expect(check(inDirectory("a", "events.txt"))).toEqual([]);
  });

  it("says when the directory cannot be made", () => {
    expect(check("/proc/nope/events.txt")).toMatchObject([{ level: "error", parameter: "file" }]);
  });

  it("looks at no directory whose name depends on the event", () => {
    expect(check("/proc/{event[feed.name]}/events.txt")).toEqual([]);
  });
});
