import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl, notRunning } from "./control-client.ts";
import { controlBusy, serveControl, unknownCommand } from "./control-server.ts";

let directory = "";
let socket = "";
const opened: { close(): unknown }[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-control-"));
  socket = join(directory, "run", "control.sock");
});
afterEach(async () => {
  for (const item of opened.splice(0).reverse()) await item.close();
  rmSync(directory, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  const server = await serveControl(socket, async (command, args, { emit, gone }) => {
    if (command === "echo") return args;
    if (command === "count") {
      for (const n of [1, 2, 3]) emit(n);
      return "done";
    }
    if (command === "watch") return new Promise((resolve) => gone.addEventListener("abort", resolve));
    throw unknownCommand({ command });
  });
  opened.push(server);
}

describe("control socket", () => {
  it("answers requests and passes events on before the result", async () => {
    await serve();
    const client = await connectControl(socket);
    opened.push(client);
    const events: unknown[] = [];
    expect(await client.request("echo", { a: 1 })).toEqual({ a: 1 });
    expect(await client.request("count", {}, (event) => events.push(event))).toBe("done");
    expect(events).toEqual([1, 2, 3]);
  });

  it("is for its owner only", async () => {
    await serve();
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  it("gives errors with their code", async () => {
    await serve();
    const client = await connectControl(socket);
    opened.push(client);
    await expect(client.request("dance")).rejects.toMatchObject({ code: "WEIR_CONTROL_UNKNOWN_COMMAND" });
  });

  it("answers what is no request with what is wrong", async () => {
    await serve();
    const answer = await new Promise<string>((resolve) => {
      const raw = connect(socket, () => raw.write("not json\n"));
      raw.once("data", (data) => {
        resolve(String(data));
        raw.destroy();
      });
    });
    expect(answer).toContain("it is no JSON");
  });

  it("says that nobody listens", async () => {
    const error = await connectControl(socket).catch((reason: unknown) => reason);
    expect(notRunning.is(error)).toBe(true);
  });

  it("refuses a second server and replaces a socket that nobody answers on", async () => {
    await serve();
    const error = await serveControl(socket, async () => undefined).catch((reason: unknown) => reason);
    expect(controlBusy.is(error)).toBe(true);
    const stale = join(directory, "stale.sock");
    writeFileSync(stale, "");
    opened.push(await serveControl(stale, async () => undefined));
  });
});
