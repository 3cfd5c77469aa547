/** What `intelmqctl` understands. Bot ids are checked against runtime.yaml: an unknown one is a usage error (exit code 2). */
import { type Command, InvalidArgumentError, type Option as OptionClass } from "commander";
import type { Botnet, Group } from "./botnet.ts";
import type { Console, Level, Outcome, OutputType } from "./console.ts";
import type { Action } from "./run-bot.ts";

interface Globals {
  readonly type: OutputType;
  readonly quiet?: boolean;
}

const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

export function describeProgram(program: Command, Option: typeof OptionClass): Command {
  program
    .exitOverride()
    .name("intelmqctl")
    .description("Control program of IntelMQ, over Weir. `weir --help` shows what else there is.")
    .version("Weir 0.1.0 (takes configurations of IntelMQ 3)", "-v, --version")
    .enablePositionalOptions()
    .addOption(
      new Option("-t, --type <type>", "form of the output").choices(["text", "json", "python"]).default("text"),
    )
    .option("-q, --quiet", "only what is wrong");

  describeControl(program, Option);
  describeLists(program);

  program
    .command("clear")
    .argument("<queue>")
    .description("remove all messages of a queue")
    .action(async (queue: string) =>
      withBotnet(program, async (botnet) => (await configuration()).clearQueue(botnet, queue)),
    );
  program
    .command("log")
    .argument("<bot_id>")
    .argument("[number_of_lines]", "-1: all", wholeNumber, 10)
    .addArgument(program.createArgument("[level]", "this level and above").choices(levels).default("INFO"))
    .description("show the log of a bot")
    .action(async (id: string, count: number, level: string) =>
      withBot(program, id, async (botnet) => (await import("./bot-log.ts")).showLog(botnet, id, count, level)),
    );
  for (const name of ["enable", "disable"] as const) {
    program
      .command(name)
      .argument("<bot_id>")
      .description(`${name} a bot in the runtime configuration`)
      .action(async (id: string) =>
        withBot(program, id, async (botnet) => (await configuration()).setEnabled(botnet, id, name === "enable")),
      );
  }
  program
    .command("check")
    .description("check the installation and the configuration")
    .option("-q, --quiet", "only what is wrong")
    .option("-C, --no-connections", "do not look into the queues")
    .action(async ({ quiet, connections }: { readonly quiet?: boolean; readonly connections: boolean }) =>
      withConsole(program, async (console) => {
        const { openCtlSession } = await import("./botnet.ts");
        const botnet = await openBotnet(console).catch(() => undefined); // what is wrong with the file is told by the check
        return (await configuration()).check(openCtlSession(), botnet, console, {
          quiet: quiet === true,
          noConnections: !connections,
        });
      }),
    );
  program
    .command("debug")
    .description("show paths and environment")
    .option("--get-paths", "paths only")
    .option("--get-environment-variables", "environment only")
    .action(async ({ getPaths, getEnvironmentVariables }: { getPaths?: boolean; getEnvironmentVariables?: boolean }) =>
      withConsole(program, async (console) => {
        const { openCtlSession } = await import("./botnet.ts");
        const wanted = { paths: getPaths === true, environment: getEnvironmentVariables === true };
        return (await configuration()).debug(openCtlSession(), console, wanted);
      }),
    );
  program
    .command("upgrade-config")
    .description("change the configuration as the upgrades of IntelMQ do")
    .option("-p, --previous <version>", "version that it is of, instead of the one noted")
    .option("-d, --dry-run", "show what would change, and change nothing")
    .option("-u, --function <name>", "this upgrade only")
    .option("-f, --force", "also what was done already")
    .option("--state-file <file>", "where it is noted what was done")
    .option("--no-backup", "leave no copies (.bak) of the files as they were")
    .action(
      async (options: {
        readonly previous?: string;
        readonly dryRun?: boolean;
        readonly function?: string;
        readonly force?: boolean;
        readonly stateFile?: string;
        readonly backup: boolean;
      }) =>
        withConsole(program, async (console) => {
          const [{ openCtlSession }, { upgradeConfig }] = await Promise.all([
            import("./botnet.ts"),
            import("./upgrade/upgrade-config.ts"),
          ]);
          const { previous, stateFile, backup, function: step } = options;
          const flags = { dryRun: options.dryRun === true, force: options.force === true, backup };
          return upgradeConfig(openCtlSession(), console, { previous, stateFile, step, ...flags });
        }),
    );
  describeRun(program, Option);
  return program;
}

function describeControl(program: Command, Option: typeof OptionClass): void {
  for (const [name, text] of [
    ["start", "start a bot or the botnet"],
    ["stop", "stop a bot or the botnet"],
    ["restart", "restart a bot or the botnet"],
    ["reload", "reload a bot or the botnet"],
    ["status", "status of a bot or the botnet"],
  ] as const) {
    program
      .command(name)
      .argument("[bot_id]")
      .description(text)
      .addOption(
        new Option("--group <group>", "bots of a group").choices(["collectors", "parsers", "experts", "outputs"]),
      )
      .action(async (id: string | undefined, { group }: { readonly group?: Group }) => {
        const work = async (botnet: Botnet): Promise<Outcome> => {
          const control = await import("./control.ts");
          const one = {
            start: control.startBot,
            stop: control.stopBot,
            restart: control.restartBot,
            reload: control.reloadBot,
            status: control.statusOfBot,
          }[name];
          const all = {
            start: control.startBotnet,
            stop: control.stopBotnet,
            restart: control.restartBotnet,
            reload: control.reloadBotnet,
            status: control.statusOfBotnet,
          }[name];
          return id === undefined ? all(botnet, group) : one(botnet, id);
        };
        await (id === undefined ? withBotnet(program, work) : withBot(program, id, work));
      });
  }
}

function describeLists(program: Command): void {
  const list = program.command("list").description("list bots or queues").enablePositionalOptions();
  const lists = () => import("./lists.ts");
  list
    .command("bots")
    .description("bots that are installed or configured")
    .option("-c, --configured", "the bots of this botnet")
    .option("-q, --quiet", "enabled ones only")
    .option("--non-zero", "the same")
    .action(
      async (options: { readonly configured?: boolean; readonly nonZero?: boolean; readonly quiet?: boolean }) => {
        const onlyEnabled = options.nonZero === true || options.quiet === true;
        if (options.configured === true)
          await withBotnet(program, async (botnet) => (await lists()).listConfigured(botnet, onlyEnabled));
        else await withConsole(program, async (console) => (await lists()).listInstalled(console));
      },
    );
  list
    .command("queues")
    .description("queues and how much is in them")
    .option("-q, --non-zero", "only those that are not empty")
    .option("-s, --sum", "only the sum")
    .option("--count", "same as --sum")
    .action(
      async ({
        nonZero,
        sum,
        count,
      }: {
        readonly nonZero?: boolean;
        readonly sum?: boolean;
        readonly count?: boolean;
      }) =>
        withBotnet(program, async (botnet) =>
          (await lists()).listQueues(botnet, { nonZero: nonZero === true, sum: sum === true || count === true }),
        ),
    );
  list
    .command("queues-and-status")
    .description("both")
    .action(async () => withBotnet(program, async (botnet) => (await lists()).listQueuesAndStatus(botnet)));
}

function describeRun(program: Command, Option: typeof OptionClass): void {
  program
    .command("run")
    .argument("<bot_id>")
    .argument("[what]", "console, message or process; default: the bot's main loop")
    .argument(
      "[rest...]",
      "message: get, pop or send MESSAGE; console: a debugger of IntelMQ's is taken and not needed",
    )
    .description("run a bot in the foreground")
    .addOption(new Option("-l, --loglevel <level>", "level of the log").choices(levels))
    .option("-s, --show-sent", "with process: print what is sent")
    .option("-d, --dryrun", "with process: send and acknowledge nothing")
    .option("-m, --msg <message>", "with process: JSON, or a file with it, instead of a message of the queue")
    .action(
      async (
        id: string,
        what: string | undefined,
        rest: readonly string[],
        options: {
          readonly loglevel?: Level;
          readonly showSent?: boolean;
          readonly dryrun?: boolean;
          readonly msg?: string;
        },
      ) => {
        const action = actionOf(program, what, rest, options);
        await withBot(program, id, async (botnet) =>
          (await import("./run-bot.ts")).runBot(botnet, id, action, options.loglevel),
        );
      },
    );
}

function actionOf(
  program: Command,
  what: string | undefined,
  [first, message]: readonly string[],
  { showSent, dryrun, msg }: { readonly showSent?: boolean; readonly dryrun?: boolean; readonly msg?: string },
): Action {
  if (what === undefined) return { kind: "loop" };
  if (what === "console") return { kind: "console" };
  if (what === "process") {
    return { kind: "process", showSent: showSent === true, dryRun: dryrun === true, message: msg };
  }
  if (what === "message" && (first === "get" || first === "pop" || first === "send"))
    return { kind: "message", what: first, message };
  return program.error(
    `error: run: ${[what, first].filter(Boolean).join(" ")}: choose console, message get|pop|send, or process`,
    {
      exitCode: 2,
    },
  );
}

const configuration = () => import("./configuration.ts");

function wholeNumber(text: string): number {
  if (!/^(-1|[0-9]+)$/.test(text)) throw new InvalidArgumentError("It has to be a whole number, or -1 for all.");
  return Number(text);
}

/** Runs the work with a console, and ends with its result and exit code. */
async function withConsole(program: Command, work: (console: Console) => Promise<Outcome>): Promise<void> {
  const { type, quiet } = program.opts<Globals>();
  const [{ openConsole }, { openCtlSession }] = await Promise.all([import("./console.ts"), import("./botnet.ts")]);
  const { places } = openCtlSession();
  const console = openConsole({ type, quiet: quiet === true, logDir: places.logDir, logLevel: "INFO" });
  const { result, code } = await work(console);
  console.finish(result);
  process.exitCode = code;
}

async function withBotnet(program: Command, work: (botnet: Botnet) => Promise<Outcome>): Promise<void> {
  await withConsole(program, async (console) => work(await openBotnet(console)));
}

async function openBotnet(console: Console): Promise<Botnet> {
  const { openCtlSession, readSettings } = await import("./botnet.ts");
  const session = openCtlSession();
  const settings = await readSettings(session);
  return { session, settings, console, ids: settings.bots.map(({ id }) => id).sort() };
}

async function withBot(program: Command, id: string, work: (botnet: Botnet) => Promise<Outcome>): Promise<void> {
  await withBotnet(program, async (botnet) => {
    if (botnet.ids.includes(id)) return work(botnet);
    const known = botnet.ids.map((known) => `'${known}'`).join(", ");
    return program.error(`intelmqctl: error: argument bot_id: invalid choice: '${id}' (choose from ${known})`, {
      exitCode: 2,
    });
  });
}
