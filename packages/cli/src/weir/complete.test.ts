import { describe, expect, it } from "vitest";
import { candidatesFor, type Names } from "./complete.ts";

const names: Names = async (kind) => {
  const known: Record<string, readonly string[]> = {
    bots: ["url", "taxonomy"],
    queue: ["url-queue"],
    bot: ["url"],
    from: ["csv"],
  };
  return (known[kind] ?? []).map((word) => ({ word, meaning: "" }));
};
const words = async (...line: readonly string[]): Promise<string[]> =>
  (await candidatesFor(line, names)).map(({ word }) => word);

describe("completion", () => {
  it("offers commands at first, those that begin with what is written", async () => {
    expect(await words("st")).toEqual(["start", "stop", "status", "store"]);
    expect(await words("")).toContain("init");
  });

  it("offers the sub-commands of a command", async () => {
    expect(await words("queues", "p")).toEqual(["peek", "purge", "put"]);
  });

  it("offers live names, also for every further one of a list", async () => {
    expect(await words("stop", "t")).toEqual(["taxonomy"]);
    expect(await words("stop", "taxonomy", "u")).toEqual(["url"]);
    expect(await words("queues", "purge", "")).toEqual(["url-queue"]);
  });

  it("offers nothing behind the last argument", async () => {
    expect(await words("queues", "purge", "url-queue", "")).toEqual([]);
  });

  it("offers choices of arguments and options", async () => {
    expect(await words("list", "")).toEqual(["bots", "modules", "queues", "stages"]);
    expect(await words("start", "--group", "p")).toEqual(["parsers"]);
    expect(await words("try", "botnet", "file", "--from", "")).toEqual(["csv"]);
  });

  it("offers options of the command and those of all", async () => {
    expect(await words("up", "--")).toEqual(["--no-start", "--once", "--progress", "--root", "--json", "--quiet"]);
  });

  it("takes the value of an option for no argument", async () => {
    expect(await words("--root", "start", "stop", "u")).toEqual(["url"]);
    expect(await words("--root=start", "stop", "u")).toEqual(["url"]);
  });
});
