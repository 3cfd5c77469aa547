/**
 * Generated files. Plain run: writes them. `--check`: fails when a committed one is not current. `--docs`: writes the reference
 * part of the manual (docs/reference/, not committed) from the bots' definitions, the command line and the error catalogue.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const weirKeys = `| name | where | meaning |
| --- | --- | --- |
| \`schedule\` | bot | when a collector runs: a cron expression (\`"*/15 * * * *"\`) or an interval (\`15m\`) |
| \`jitter\` | bot | up to so much later, by chance |
| \`instances\` | bot | parallel look-ups of an expert |
| \`queue\` | bot, global | \`true\`: messages always go through this bot's queue; or limits: \`max_messages\`, \`max_bytes\` (\`1GiB\`) |
| \`silent_after\` | bot, global | a feed without a report for so long is a problem |
| \`labels\` | bot | groups for people |
| \`workers\` | global | worker threads; default: by the number of processors |`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const arguments_ = process.argv.slice(2);

if (arguments_.includes("--docs")) await writeReference();
else {
  const check = arguments_.includes("--check") ? ["--check"] : [];
  execFileSync(process.execPath, [join(root, "packages/bots/scripts/generate-catalogue.mjs"), ...check], {
    stdio: "inherit",
  });
}

async function writeReference() {
  const load = (path) => import(new URL(`../packages/${path}`, import.meta.url));
  const [{ catalogue }, { runtimeParameters, feedParameters, parserParameters }, { errorKinds }, { z }] =
    await Promise.all([
      load("bots/dist/catalogue.js"),
      load("engine/dist/index.js"),
      load("format/dist/errors/index.js"),
      import("zod"),
    ]);
  for (const entry of ["config", "supervise", "control", "store", "dry-run"])
    await import(`@weir/engine/${entry}`).catch(() => undefined);
  const directory = join(root, "docs/reference");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "bots"), { recursive: true });
  const write = (name, text) => writeFileSync(join(directory, name), `${text.trim()}\n`);

  const definitions = await Promise.all(catalogue.modules().map((module) => catalogue.load(module)));
  const kinds = ["collector", "parser", "expert", "output"];
  const lines = ["# Bots", "", "What each does and every parameter it takes; `weir docs MODULE` prints the same."];
  for (const kind of kinds) {
    lines.push(
      "",
      `## ${kind[0].toUpperCase()}${kind.slice(1)}s`,
      "",
      "| bot | module | what it does |",
      "| --- | --- | --- |",
    );
    for (const definition of definitions.filter((one) => one.kind === kind)) {
      lines.push(
        `| [${definition.name}](${definition.module}.md) | \`${definition.module}\` | ${cell(definition.summary)} |`,
      );
      write(`bots/${definition.module}.md`, botPage(definition, z));
    }
  }
  write("bots/index.md", lines.join("\n"));
  write(
    "runtime.md",
    `# Runtime parameters\n\nOf every bot, in \`global\` or the bot's \`parameters\`.\n\n${table(runtimeParameters, z)}\n\n## Of collectors\n\n${table(feedParameters, z)}\n\n## Of parsers\n\n${table(parserParameters, z)}\n\n## What only Weir knows: \`weir:\`\n\n${weirKeys}`,
  );
  const errors = errorKinds().map(
    ({ code, remedy, retry }) => `| \`${code}\` | ${cell(remedy)} | ${retry === "later" ? "yes" : "no"} |`,
  );
  write(
    "errors.md",
    `# Error codes\n\nA code is never renamed or reused. „Tried again“ says whether the same message may succeed later without a change.\n\n| code | what to do | tried again |\n| --- | --- | --- |\n${errors.join("\n")}`,
  );
  write("cli.md", await commandPage());
  write(
    "json-schema.md",
    "# Editor support\n\n`weir schema -o runtime.schema.json` writes a JSON Schema of runtime.yaml with all bots. With a first line\n\n```yaml\n# yaml-language-server: $schema=./runtime.schema.json\n```\n\neditors that know the YAML language server complete module names and parameters, show their descriptions and mark mistakes.",
  );
}

function botPage(definition, z) {
  const { name, module, aliases = [], kind, summary, notes, params } = definition;
  const facts = [
    `A ${kind}. Module: \`${module}\``,
    ...(aliases.length > 0 ? [`also: ${aliases.map((alias) => `\`${alias}\``).join(", ")}`] : []),
  ];
  const fields = (title, list) =>
    list?.length > 0 ? `\n\n${title}: ${list.map((field) => `\`${field}\``).join(", ")}` : "";
  const common =
    { collector: "feed and runtime parameters", parser: "parser and runtime parameters" }[kind] ?? "runtime parameters";
  return `# ${name}\n\n${summary}\n\n${facts.join("; ")}.${notes === undefined ? "" : `\n\n${notes}`}${fields("Reads", definition.reads)}${fields("Writes", definition.writes)}\n\n## Parameters\n\n${table(params, z)}\n\nAnd the [${common}](../runtime.md).`;
}

function table(schema, z) {
  const names = Object.keys(schema.shape);
  if (names.length === 0) return "None.";
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", target: "draft-7" });
  const required = new Set(json.required ?? []);
  const rows = names.map((name) => {
    const property = json.properties?.[name] ?? {};
    const field = schema.shape[name];
    const initial =
      property.default === undefined
        ? required.has(name) && !field.safeParse(undefined).success
          ? "required"
          : ""
        : `\`${JSON.stringify(property.default)}\``;
    const meta = z.globalRegistry.get(field) ?? {};
    return `| \`${name}\` | ${typeOf(property)}${meta.unit ? ` (${meta.unit})` : ""}${meta.secret ? ", secret" : ""} | ${cell(initial)} | ${cell(property.description ?? "")} |`;
  });
  return `| name | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
}

function typeOf(property) {
  if (property.enum !== undefined) return property.enum.map((value) => `\`${value}\``).join(" \\| ");
  const options = property.anyOf ?? property.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeOf))].filter((type) => type !== "null").join(" or ");
  const type = Array.isArray(property.type) ? property.type.join(" or ") : property.type;
  return { object: "mapping", array: "list", string: "text" }[type] ?? type ?? "any";
}

function cell(text) {
  return String(text)
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ")
    .replaceAll("<", "&lt;")
    .replaceAll("{{", "{&#8203;{");
}

async function commandPage() {
  const { Command, Option } = await import("commander");
  const { describeProgram } = await import(new URL("../packages/cli/dist/weir/program.js", import.meta.url));
  const { exitCodes } = await import(new URL("../packages/cli/dist/weir/exit-codes.js", import.meta.url));
  const program = describeProgram(new Command(), Option);
  const parts = [
    "# Command line",
    "",
    program.description(),
    "",
    "Options of every command: `--root DIRECTORY`, `--json`, `--quiet`.",
    "",
    "| exit code | meaning |",
    "| --- | --- |",
  ];
  for (const { code, meaning } of Object.values(exitCodes)) parts.push(`| ${code} | ${meaning} |`);
  const describe = (command, prefix) => {
    if (command.commands.length > 0) for (const child of command.commands) describe(child, `${prefix} ${child.name()}`);
    else parts.push("", `## ${prefix}`, "", "```", command.helpInformation().trim(), "```");
  };
  for (const command of program.commands) if (!command._hidden) describe(command, `weir ${command.name()}`);
  return parts.join("\n");
}
