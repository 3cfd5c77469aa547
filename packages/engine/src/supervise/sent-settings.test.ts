import { describe, expect, it } from "vitest";
import { readSettings } from "../config/settings.ts";
import { receiveSettings, sendSettings } from "./sent-settings.ts";

const text = `
global: {proxy: "http://p:1", ratio: 2.0}
bot:
  module: some.module
  name: A bot
  parameters:
    whole: 100.0
    half: 0.5
    count: 3
    huge: 123456789012345678901234567890
    none: null
    list: [1.0, {"2": a, "1": 3.0}, [true, .inf]]
    float: {float: 1}
    key: {$env: SECRET}
    destination_queues: {_default: [next-queue]}
  weir: {schedule: 15m, queue: {max_bytes: 1GiB}}
`;

describe("settings that are sent to a worker", () => {
  it("arrive as they were, but for places inside of values", () => {
    const { settings, findings } = readSettings(text, "runtime.yaml", { environment: { SECRET: "s3cret" } });
    const [bot] = settings?.bots ?? [];
    if (bot === undefined) throw new Error("the bot cannot be read");
    const parameters = [...bot.parameters].map(([name, { node: _, ...setting }]) => [name, setting] as const);
    expect(findings).toEqual([]);
    expect(receiveSettings(structuredClone(sendSettings(bot)))).toEqual({ ...bot, parameters: new Map(parameters) });
  });
});
