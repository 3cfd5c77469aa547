import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { defaultFields } from "../../testing/default-fields.ts";
import type { Broker } from "../broker.ts";
import { brokerSuite } from "../broker-suite.ts";
import { openStore } from "./open-store.ts";

const root = mkdtempSync(join(tmpdir(), "weir-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

for (const thread of [false, true]) {
  const directories = new Map<Broker, string>();
  const openIn = async (directory: string): Promise<Broker> => {
    const { broker } = await openStore({ directory, fields: defaultFields(), thread });
    directories.set(broker, directory);
    return broker;
  };
  brokerSuite(thread ? "embedded, with a thread" : "embedded, without a thread", {
    open: () => openIn(mkdtempSync(join(root, "s"))),
    async reopen(broker) {
      await broker.close();
      return openIn(directories.get(broker) ?? "");
    },
    close: (broker) => broker.close(),
  });
}
