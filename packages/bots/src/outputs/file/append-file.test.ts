import { appendFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyedState } from "@weir/engine";
import type { JsonValue } from "@weir/format";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppendFile } from "./append-file.ts";

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "append-file-"));
  path = join(directory, "out", "events.txt");
});
afterEach(() => rm(directory, { recursive: true }));

/** State whose commits the test decides on. */
function stateOfBot() {
  let committed = new Map<string, JsonValue>();
  let current = new Map(committed);
  const unused = () => {
    throw new Error("not expected here");
  };
  const state: KeyedState = {
    get: (key) => current.get(key),
    set: (key, value) => void current.set(key, value),
    delete: unused,
    increment: unused,
    entries: () => current.entries(),
  };
  return {
    state,
    commit() {
      committed = new Map(current);
    },
    crash() {
      current = new Map(committed);
    },
  };
}

const messages: string[] = [];
const log = {
  debug: () => undefined,
  info: (text: string) => void messages.push(text),
  warning: () => undefined,
  error: () => undefined,
};

async function start(state: KeyedState, owner = "us"): Promise<AppendFile> {
  const file = new AppendFile({ path, state, journalDirectory: join(directory, "journals"), owner, log });
  await file.open();
  return file;
}

const content = () => readFile(path, "utf8");

describe("AppendFile", () => {
  it("makes the directory, and continues a file that is there", async () => {
    const { state } = stateOfBot();
    const first = await start(state);
    await first.append(Buffer.from("a\n"));
    await first.close();
    const second = await start(state);
    await second.append(Buffer.from("b\n"));
    await second.close();
    expect(await content()).toBe("a\nb\n");
  });

  it("cuts off what was written and not committed", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    bot.commit();
    await file.append(Buffer.from("b\n"));
    await file.append(Buffer.from("c\n"));
    bot.crash();

    const again = await start(bot.state);
    expect(await content()).toBe("a\n");
    await again.append(Buffer.from("b\nc\n"));
    expect(await content()).toBe("a\nb\nc\n");
    expect(messages.at(-1)).toContain("Cut 4 bytes off");
    await Promise.all([file.close(), again.close()]);
  });

  it("cuts off a first batch that was never committed, and keeps what was there before", async () => {
    const bot = stateOfBot();
    await writeFile(join(directory, "old"), "");
    const before = await start(bot.state);
    await before.close();
    await writeFile(path, "old\n");
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    bot.crash();
    const again = await start(bot.state);
    expect(await content()).toBe("old\n");
    await Promise.all([file.close(), again.close()]);
  });

  it("cuts off half a batch", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    bot.commit();
    await file.append(Buffer.from("first\nsecond\n"));
    await truncate(path, 8);
    bot.crash();
    const again = await start(bot.state);
    expect(await content()).toBe("");
    await Promise.all([file.close(), again.close()]);
  });

  it("leaves everything where somebody else has written behind it", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    await appendFile(path, "foreign\n");
    bot.crash();
    const again = await start(bot.state);
    expect(await content()).toBe("a\nforeign\n");
    await Promise.all([file.close(), again.close()]);
  });

  it("never cuts across what somebody else has written in between", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    await appendFile(path, "foreign\n");
    await file.append(Buffer.from("b\n"));
    bot.crash();
    const again = await start(bot.state);
    expect(await content()).toBe("a\nforeign\n");
    await Promise.all([file.close(), again.close()]);
  });

  it("leaves another file under the same name alone", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    bot.crash();
    await rename(path, `${path}.1`);
    await writeFile(path, "x\n");
    const again = await start(bot.state);
    expect(await content()).toBe("x\n");
    await Promise.all([file.close(), again.close()]);
  });

  it("goes on in a new file when the old one was moved away", async () => {
    const { state } = stateOfBot();
    const file = await start(state);
    await file.append(Buffer.from("a\n"));
    await rename(path, `${path}.1`);
    await file.append(Buffer.from("b\n"));
    await file.close();
    expect([await readFile(`${path}.1`, "utf8"), await content()]).toEqual(["a\n", "b\n"]);
  });

  it("goes on at the start of a file that was emptied by copytruncate", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("aaaa\n"));
    bot.commit();
    await truncate(path, 0);
    await file.append(Buffer.from("b\n"));
    bot.crash();
    const again = await start(bot.state);
    await Promise.all([file.close(), again.close()]);
    expect(await content()).toBe("");
  });

  it("cuts nothing when the state was lost", async () => {
    const file = await start(stateOfBot().state);
    await file.append(Buffer.from("a\n"));
    await file.close();
    const again = await start(stateOfBot().state, "us again");
    await again.close();
    expect(await content()).toBe("a\n");
  });

  it("writes over a batch that the engine has taken back", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    bot.commit();
    await file.append(Buffer.from("b\nbad\n"));
    bot.crash(); // what a rollback to the savepoint does to the state
    await file.append(Buffer.from("b\n"));
    await file.close();
    expect(await content()).toBe("a\nb\n");
  });

  it("survives a journal that is damaged", async () => {
    const bot = stateOfBot();
    const file = await start(bot.state);
    await file.append(Buffer.from("a\n"));
    await file.close();
    for (const name of await readdir(join(directory, "journals")))
      await writeFile(join(directory, "journals", name), "{");
    bot.crash();
    const again = await start(bot.state);
    await again.close();
    expect(await content()).toBe("a\n");
  });
});
