/**
 * `intelmqctl run BOT console`: Node's prompt with the bot at hand. Where IntelMQ opens a debugger of Python inside of the bot
 * object, this one opens Node's: the bot runs in a trial of its own, and nothing is sent or taken unless one asks for it.
 */
import { start } from "node:repl";
import { inspect } from "node:util";
import { readHarmonizationFile } from "@weir/engine/config";
import { type Message, parseMessage, writeMessage } from "@weir/format";
import { ask } from "../weir/session.ts";
import { definitionOf, withTrial } from "./bot-trial.ts";
import { type Botnet, bot } from "./botnet.ts";
import type { Level } from "./console.ts";

type Plain = Readonly<Record<string, unknown>>;

const help = `  bot                    id, module, parameters and destinations of the bot
  message                the message that waits first in its queue, undefined when there is none
  await bot.process(m)   what the bot makes of m, an object or JSON text: by path, what it would send; without m: of message,
                         or one run of a collector
  await bot.next(n)      the first n messages of its queue; they stay there
  await bot.send(m)      puts m into the queues of its path _default
  bot.log()              what the bot logged since the last time
  .exit                  ends
`;

/** Until the person ends it. The bot's log is shown as it comes, from `level` on. */
export async function runConsole(botnet: Botnet, id: string, level: Level | undefined): Promise<void> {
  const { session } = botnet;
  const { fields } = await readHarmonizationFile(session.places.harmonizationFile);
  const definition = await definitionOf(botnet, id);
  const type = definition.kind === "parser" ? "Report" : "Event";
  const { module, sourceQueue, destinations, parameters } = bot(botnet, id);
  const messageOf = (given: unknown): Message =>
    parseMessage(typeof given === "string" ? given : JSON.stringify(given), fields, type);

  const next = async (count = 1): Promise<readonly Plain[]> => {
    if (definition.kind === "collector") return [];
    const waiting = (await ask(session, "queues.peek", { queue: sourceQueue, count, offset: 0 })) as readonly {
      readonly message?: string;
      readonly error?: string;
    }[]; // see control/operations.ts
    return waiting.map(({ message, error }) => (message === undefined ? { error } : plain(message)));
  };
  const [message] = await next();

  await withTrial(botnet, id, { fields, level: level ?? "DEBUG" }, async (trial) => {
    let shown = 0;
    const log = (): readonly string[] => {
      const lines = trial.log().slice(shown);
      shown += lines.length;
      return lines.map((line) => `${line.level}: ${line.message}`);
    };
    const own = {
      id,
      module,
      kind: definition.kind,
      parameters: Object.fromEntries([...parameters].map(([name, { value }]) => [name, value])),
      destinations: Object.fromEntries(destinations),
      async process(given: unknown = message) {
        const before = (await trial.deadLetters()).length;
        if (definition.kind !== "collector") {
          if (given === undefined) throw new Error("nothing waits in its queue: give bot.process a message");
          await trial.send([messageOf(given)]);
        }
        await trial.run();
        for (const line of log()) process.stdout.write(`${line}\n`);
        const [failure] = (await trial.deadLetters()).slice(before);
        if (failure !== undefined) throw new Error(failure.error.message);
        return Object.fromEntries(
          [...trial.takeSent()].map(([path, sent]) => [path, sent.map((one) => plain(writeMessage(one)))]),
        );
      },
      next,
      async send(given: unknown) {
        const kind = definition.kind === "collector" ? "Report" : "Event";
        const text = writeMessage(
          parseMessage(typeof given === "string" ? given : JSON.stringify(given), fields, kind),
        );
        const queues = destinations.get("_default") ?? [];
        for (const queue of queues) await ask(session, "queues.put", { queue, type: kind, messages: [text] });
        return queues;
      },
      log,
    };
    process.stdout.write(`The bot ${id} (${module}). Besides what \`.help\` shows:\n${help}`);
    const repl = start({
      prompt: `${id}> `,
      useGlobal: false,
      writer: (value) => inspect(value, { depth: 6, colors: process.stdout.isTTY }),
    });
    Object.assign(repl.context, {
      bot: { ...own, process: briefly(own.process), send: briefly(own.send), next: briefly(own.next) },
      message,
    });
    await new Promise<void>((resolve) => repl.once("exit", () => resolve()));
  });
}

/** The same, failing with its message alone: where in Weir an error was made tells nothing here. */
function briefly<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    try {
      return await work(...args);
    } catch (error) {
      const brief = new Error(error instanceof Error ? error.message : String(error));
      brief.stack = `Error: ${brief.message}`;
      throw brief;
    }
  };
}

/** A message as an object, without `__type`. */
function plain(text: string): Plain {
  const { __type: _, ...fields } = JSON.parse(text) as Plain; // a message on the wire is an object
  return fields;
}
