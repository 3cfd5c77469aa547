/** What `weir` understands: every command with its options, and where its code is. */
import type { Command, Option as OptionClass } from "commander";

type Action = (...args: unknown[]) => Promise<void>;

/** Loads a command's module when it runs and hands it (arguments…, options with the global ones). */
function lazy(load: () => Promise<{ run: (...args: never[]) => Promise<void> }>): Action {
  return async (...args: unknown[]) => {
    const command = args.at(-1) as Command; // commander gives the command last
    const positional = args.slice(0, -2);
    const { run } = await load();
    await run(...([...positional, command.optsWithGlobals()] as never[]));
  };
}

export function describeProgram(program: Command, Option: typeof OptionClass): Command {
  program
    .exitOverride()
    .name("weir")
    .description("Weir: a stream processor for threat intelligence.")
    .version("0.1.0")
    .option("--root <directory>", "directory of the installation (default: see `weir paths`)")
    .option("--json", "results as JSON")
    .option("-q, --quiet", "say only what is wrong")
    .showHelpAfterError("(weir --help lists the commands)")
    .configureHelp({ sortSubcommands: false });

  program
    .command("init")
    .argument("[directory]", "where to write it", ".")
    .description("write a commented runtime.yaml to start from")
    .action(lazy(() => import("./commands/init.ts")));
  program
    .command("up")
    .description("run the botnet in the foreground until Ctrl-C")
    .option("--no-start", "start the supervisor only, no bots")
    .option("--once", "end when all collectors have run once and all is processed")
    .option("--progress", "show the work while it is done")
    .action(lazy(() => import("./commands/up.ts")));
  program
    .command("run")
    .argument("<bot>")
    .description("run one bot in the foreground, with its log on the terminal")
    .option("--once", "end after one run, or when its queue is empty")
    .addOption(
      new Option("--log-level <level>", "least level that is shown").choices(["DEBUG", "INFO", "WARNING", "ERROR"]),
    )
    .action(lazy(() => import("./commands/run.ts")));

  for (const [name, text] of [
    ["start", "start bots (all that are enabled), and the supervisor in the background when it does not run"],
    ["stop", "stop bots; without names the whole botnet and its supervisor"],
    ["restart", "stop and start bots"],
    ["reload", "read the configuration again and apply what changed"],
    ["status", "how the bots are"],
  ] as const) {
    program
      .command(name)
      .argument("[bots...]")
      .description(text)
      .addOption(
        new Option("--group <group>", "all of a kind").choices(["collectors", "parsers", "experts", "outputs"]),
      )
      .action(lazy(async () => ({ run: (await import("./commands/control.ts"))[name] })));
  }

  program
    .command("check")
    .argument("[file]", "a runtime.yaml other than the installation's")
    .description("look for everything that is wrong in the configuration")
    .option("--strict", "warnings count as problems")
    .action(lazy(() => import("./commands/check.ts")));
  program
    .command("list")
    .addArgument(
      program
        .createArgument("[what]", "bots (configured), modules, queues or stages")
        .choices(["bots", "modules", "queues", "stages"])
        .default("bots"),
    )
    .description("list bots, modules, queues or stages")
    .action(lazy(() => import("./commands/list.ts")));
  program
    .command("log")
    .argument("[bot]")
    .description("show the log of a bot, or of all")
    .option("-n, --lines <number>", "so many lines from the end", "20")
    .option("-f, --follow", "go on as lines come, until Ctrl-C")
    .option("-l, --level <level>", "this level and above", "INFO")
    .action(lazy(() => import("./commands/log.ts")));

  const queues = program.command("queues").description("look into queues");
  queues
    .command("list", { isDefault: true })
    .description("queues with their length, size and the age of their oldest message")
    .option("--all", "empty ones, too")
    .action(lazy(async () => ({ run: (await import("./commands/queues.ts")).list })));
  queues
    .command("peek")
    .argument("<queue>")
    .description("show the oldest messages; nothing is removed")
    .option("-n, --count <number>", "how many", "5")
    .option("--offset <number>", "skip so many", "0")
    .action(lazy(async () => ({ run: (await import("./commands/queues.ts")).peek })));
  queues
    .command("purge")
    .argument("<queue>")
    .description("remove all messages")
    .option("-y, --yes", "do not ask")
    .action(lazy(async () => ({ run: (await import("./commands/queues.ts")).purge })));
  queues
    .command("put")
    .argument("<queue>")
    .argument("[file]", "messages as JSON lines; default: standard input")
    .description("put messages into a queue")
    .addOption(
      new Option("--type <type>", "type of messages without __type").choices(["Event", "Report"]).default("Event"),
    )
    .action(lazy(async () => ({ run: (await import("./commands/queues.ts")).put })));

  describeFailures(program);

  program
    .command("top")
    .description("live table of bots, rates and queues")
    .option("--interval <seconds>", "between two looks", "1")
    .option("--once", "one table, then end")
    .action(lazy(() => import("./commands/top.ts")));
  program
    .command("tap")
    .argument("<bot-or-queue>")
    .description("watch a sample of what a bot gets and sends; takes nothing away")
    .option("-n, --count <number>", "end after so many", "20")
    .action(lazy(() => import("./commands/tap.ts")));
  program
    .command("try")
    .argument("<bot-or-botnet>", "id of a bot, or `botnet` to follow a sample all the way")
    .argument("<sample>", "file with a report's data or an event as JSON, or - for standard input")
    .description("step a sample through one bot or the whole botnet; shows what each changes, touches nothing")
    .option("--from <bot>", "with `botnet`: the parser or expert that gets the sample")
    .action(lazy(() => import("./commands/try.ts")));
  program
    .command("test")
    .argument("[files...]", "default: every *.test.yaml beside runtime.yaml and below tests/")
    .description("run botnet tests")
    .option("--junit <file>", "write the results as JUnit XML")
    .action(lazy(() => import("./commands/test.ts")));
  program
    .command("new")
    .addArgument(
      program
        .createArgument("<kind>", "collector, parser, expert or output")
        .choices(["collector", "parser", "expert", "output"]),
    )
    .argument("<name>", "name in kebab case, such as my-feed")
    .description("write the skeleton of a bot with a test")
    .option("--directory <directory>", "where to write it", "bots")
    .action(lazy(() => import("./commands/new.ts")));
  program
    .command("schema")
    .description("write a JSON Schema of runtime.yaml with all bots, for editors")
    .option("-o, --output <file>", "file to write; default: standard output")
    .action(lazy(() => import("./commands/schema.ts")));

  const config = program.command("config").description("read and change runtime.yaml; comments and order stay");
  config
    .command("get")
    .argument("[path]", "such as my-bot.parameters.rate_limit; default: all")
    .description("show a value; secrets are masked")
    .option("--secrets", "show secrets, too")
    .action(lazy(async () => ({ run: (await import("./commands/config.ts")).get })));
  config
    .command("set")
    .argument("<path>")
    .argument("<value>", "as YAML")
    .description("change a value")
    .option("-m, --message <text>", "why; kept in the history")
    .action(lazy(async () => ({ run: (await import("./commands/config.ts")).set })));
  config
    .command("unset")
    .argument("<path>")
    .description("remove a value")
    .option("-m, --message <text>", "why; kept in the history")
    .action(lazy(async () => ({ run: (await import("./commands/config.ts")).unset })));
  config
    .command("history")
    .argument("[version]", "show what this version changed")
    .description("earlier versions of runtime.yaml")
    .action(lazy(async () => ({ run: (await import("./commands/config.ts")).history })));
  config
    .command("rollback")
    .argument("<version>")
    .description("go back to an earlier version")
    .action(lazy(async () => ({ run: (await import("./commands/config.ts")).rollback })));

  program
    .command("docs")
    .argument("<bot-or-module>")
    .description("what a bot does and every parameter it takes")
    .action(lazy(() => import("./commands/docs.ts")));
  program
    .command("paths")
    .description("where everything is, and why there")
    .action(lazy(() => import("./commands/paths.ts")));
  const store = program.command("store").description("the store of queues and state");
  store
    .command("info", { isDefault: true })
    .description("sizes of the store")
    .action(lazy(async () => ({ run: (await import("./commands/store.ts")).info })));
  store
    .command("compact")
    .description("give disk space back; the botnet must not run")
    .action(lazy(async () => ({ run: (await import("./commands/store.ts")).compact })));
  program
    .command("completion")
    .addArgument(program.createArgument("<shell>", "bash, zsh or fish").choices(["bash", "zsh", "fish"]))
    .description("write the completion script of a shell")
    .action(lazy(() => import("./commands/completion.ts")));
  return program;
}

function describeFailures(program: Command): void {
  const failures = program.command("failures").description("messages that bots gave up");
  const filters = (command: Command): Command =>
    command.option("--bot <bot>", "of this bot").option("--error <text>", "whose error has this text");
  const load = (name: "list" | "show" | "edit" | "retry" | "drop" | "exportDump" | "importDump") =>
    lazy(async () => ({ run: (await import("./commands/failures.ts"))[name] }));
  filters(failures.command("list", { isDefault: true }))
    .description("list them")
    .option("-n, --count <number>", "how many", "50")
    .action(load("list"));
  failures
    .command("show")
    .argument("<id>")
    .description("show one with its message and stack; changes nothing")
    .action(load("show"));
  failures
    .command("edit")
    .argument("<id>")
    .description("change its message in $EDITOR")
    .option("--file <file>", "take the message from this file")
    .action(load("edit"));
  filters(failures.command("retry").argument("[ids...]"))
    .description("put them back into their queue")
    .option("--all", "all (that the filters leave)")
    .option("--queue <queue>", "into this queue instead")
    .action(load("retry"));
  filters(failures.command("drop").argument("[ids...]"))
    .description("delete them")
    .option("--all", "all (that the filters leave)")
    .option("-y, --yes", "do not ask")
    .action(load("drop"));
  filters(failures.command("export").argument("<file>"))
    .description("write an IntelMQ dump file")
    .action(load("exportDump"));
  failures
    .command("import")
    .argument("<file>")
    .description("read an IntelMQ dump file")
    .option("--bot <bot>", "bot of entries that name none")
    .action(load("importDump"));
}
