import { describe, expect, it } from "vitest";
import { runShell, type ShellOptions } from "./shell.ts";

interface Letter {
  id: string;
  time: string;
  bot: string;
  queue: string;
  error: string;
  message?: string;
  bytes?: string;
}

/** A session over three failures: what was asked for, and what was written. */
async function session(lines: readonly string[], options: Partial<ShellOptions> = {}) {
  let letters: Letter[] = ["b", "a", "c"].map((id) => ({
    id,
    time: `2031-01-01T00:00:0${"abc".indexOf(id)}.000Z`,
    bot: "url",
    queue: "url-queue",
    error: `broken ${id}`,
    message: '{"source.ip": "192.0.2.1", "raw": "YWJj", "__type": "Event"}',
  }));
  const asked: [string, Record<string, unknown>][] = [];
  let output = "";
  const input = [...lines];
  await runShell({
    bot: "url",
    truncate: 1000,
    queues: new Map([
      ["url-queue", { parser: false }],
      ["csv-queue", { parser: true }],
    ]),
    readLine: async () => input.shift(),
    write: (text) => {
      output += text;
    },
    async ask(command, args) {
      if (command === "failures.list") return { failures: letters };
      if (command === "failures.show") {
        const letter = letters.find(({ id }) => id === args.id);
        return { ...letter, error: { message: letter?.error ?? "" } };
      }
      asked.push([command, { ...args }]);
      const ids = args.ids as string[];
      if (command !== "failures.edit") letters = letters.filter(({ id }) => !ids.includes(id));
      return { retried: ids?.length, skipped: [], dropped: ids?.length };
    },
    ...options,
  });
  return { asked, output };
}

describe("the shell of intelmqdump", () => {
  it("numbers failures by time and uses the numbers of the list that was shown last", async () => {
    const { asked, output } = await session(["r 1", "d 1", "q"]);
    expect(output).toContain("  0: 2031-01-01T00:00:00.000Z broken a\n  1: 2031-01-01T00:00:01.000Z broken b\n");
    expect(asked).toEqual([
      ["failures.retry", { ids: ["b"], all: false }],
      ["failures.drop", { ids: ["c"], all: false }],
    ]);
  });

  it("ends at the end of the input, and when nothing is left", async () => {
    expect((await session([])).asked).toEqual([]);
    const { asked, output } = await session(["a"]);
    expect(asked).toEqual([["failures.retry", { ids: ["a", "b", "c"], all: false }]]);
    expect(output).toMatch(/Nothing is left\.\n$/);
  });

  it("sends only to queues that a bot reads, and makes reports for parsers", async () => {
    const { asked, output } = await session(["r 0 nobody-queue", "r 0 csv-queue", "q"]);
    expect(output).toContain("No bot reads a queue nobody-queue.");
    expect(asked).toEqual([["failures.retry", { ids: ["a"], all: false, queue: "csv-queue", asReport: true }]]);
    expect(output).toContain("Event converted to Report automatically.");
  });

  it("shows entries with their message, and cuts long data", async () => {
    const { output } = await session(["s 0", "q"], { truncate: 2 });
    expect(output).toContain('"source.ip": "192.0.2.1"');
    expect(output).toContain('"raw": "YW...[truncated]"');
  });

  it("puts an edited message back, and survives one that is broken", async () => {
    const good = await session(["e 0", "q"], { edit: (text) => text.replace("192.0.2.1", "192.0.2.2") });
    expect(good.asked).toEqual([
      ["failures.edit", { id: "a", message: '{"source.ip": "192.0.2.2", "raw": "YWJj", "__type": "Event"}' }],
    ]);
    const bad = await session(["e 0", "q"], { edit: () => "{" });
    expect(bad.asked).toEqual([]);
    expect(bad.output).toContain("Not changed: the edited message is none");
  });

  it("goes on after a slip", async () => {
    expect((await session(["x", "r 9", "q"])).output).toMatch(
      /Action not allowed\.[\s\S]*9 is no number from 0 to 2\./,
    );
  });
});
