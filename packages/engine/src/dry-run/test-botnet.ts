/** A small botnet for the tests of this folder: lines → names looked up → sorted by address → output. */
import { z } from "zod";
import { readSettings } from "../config/settings.ts";
import { catalogueOf } from "../definition/catalogue.ts";
import { defineExpert, defineOutput, defineParser, to } from "../definition/definition.ts";
import { lines } from "../report/lines.ts";
import { type LoadedBot, loadBots } from "../supervise/assemble.ts";

const params = z.object({});
const parser = defineParser({
  module: "test.names",
  name: "Names",
  summary: "Makes an event of every line.",
  params,
  create: () => ({
    records: lines(),
    parse(line, event) {
      event.set("source.fqdn", line);
      return event;
    },
  }),
});
const lookUp = defineExpert({
  module: "test.look-up",
  name: "Look-up",
  summary: "Adds the address of the name.",
  params,
  create: ({ resolver, clock, log }) => ({
    async process(event) {
      const name = event.text("source.fqdn") ?? "";
      event.set("source.ip", await resolver.address4(name));
      event.set("time.observation", new Date(clock.now()).toISOString());
      log.debug(`Looked up ${name}.`);
      return event;
    },
  }),
});
const sorter = defineExpert({
  module: "test.sorter",
  name: "Sorter",
  summary: "Sends events of test networks to the path `test`.",
  params,
  create: () => ({
    process: (event) => (event.text("source.ip")?.startsWith("192.0.2.") ? to("test", event) : event),
  }),
});
const output = defineOutput({
  module: "test.output",
  name: "Output",
  summary: "Must not be called by a dry run.",
  params,
  create: () => ({
    write() {
      throw new Error("a dry run delivers nothing");
    },
  }),
});
const catalogue = catalogueOf([parser, lookUp, sorter, output]);

export const smallBotnet = `
names: {module: test.names, parameters: {destination_queues: {_default: [look-up-queue]}}}
look-up: {module: test.look-up, parameters: {destination_queues: {_default: [sorter-queue]}}}
sorter: {module: test.sorter, parameters: {destination_queues: {_default: [output-queue], test: [tests-queue]}}}
output: {module: test.output, parameters: {}}
tests: {module: test.output, parameters: {}}
`;

export async function botsOf(runtime: string): Promise<readonly LoadedBot[]> {
  const { settings } = readSettings(runtime, "runtime.yaml");
  if (settings === undefined) throw new Error("a test gave a runtime.yaml that is none");
  return loadBots(settings, catalogue);
}
