/** Upgrade steps of IntelMQ 1. */
import {
  editsOfBots,
  type FileChange,
  type OldBot,
  type OldConfiguration,
  removeParameter,
  renameModule,
  renameParameter,
  replaceText,
  type Step,
  setParameter,
  textOf,
} from "./changes.ts";
import { tellDiscontinued } from "./discontinued.ts";

const feedNames: ReadonlyMap<string, string> = new Map([
  ["Botnet-Drone-Hadoop", "Drone"],
  ["DNS-open-resolvers", "DNS-Open-Resolvers"],
  ["Open-NetBIOS", "Open-NetBIOS-Nameservice"],
  ["Ssl-Freak-Scan", "SSL-FREAK-Vulnerable-Servers"],
  ["Ssl-Scan", "SSL-POODLE-Vulnerable-Servers"],
]);

const modules: ReadonlyMap<string, string> = new Map([
  ["collectors.n6.collector_stomp", "collectors.stomp.collector"],
  ["parsers.cymru_full_bogons.parser", "parsers.cymru.parser_full_bogons"],
  ["experts.ripencc_abuse_contact.expert", "experts.ripe.expert"],
]);

export const steps1: readonly Step[] = [
  { name: "v100_dev7_modify_syntax", version: [1, 0, 0, "dev", 7], run: modifySyntax },
  {
    name: "v110_shadowserver_feednames",
    version: [1, 1, 0],
    run: editsOfBots((bot) =>
      bot.module === "parsers.shadowserver.parser"
        ? replaceText(bot, "feedname", (name) => feedNames.get(name) ?? name)
        : [],
    ),
  },
  { name: "v110_deprecations", version: [1, 1, 0], run: editsOfBots(deprecations) },
  {
    name: "v111_defaults_process_manager",
    version: [1, 1, 1],
    run: ({ global }) => {
      if (!global.has("proccess_manager")) return {};
      const path = ["global", "proccess_manager"];
      return global.has("process_manager")
        ? { edits: [{ kind: "remove", path }] }
        : { edits: [{ kind: "rename", path, name: "process_manager" }] };
    },
  },
  {
    name: "v112_feodo_tracker_ips",
    version: [1, 1, 2],
    run: editsOfBots((bot) =>
      replaceText(bot, "http_url", (url) =>
        url.replace(/(feodotracker\.abuse\.ch)\/blocklist\/\?download=ipblocklist$/, "$1/downloads/ipblocklist.csv"),
      ),
    ),
  },
  {
    name: "v112_feodo_tracker_domains",
    version: [1, 1, 2],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        {
          what: "The Feodo Tracker domain list is discontinued",
          url: /feodotracker\.abuse\.ch\/.*\?download=domainblocklist/,
        },
      ]),
  },
];

function deprecations(bot: OldBot) {
  const module = modules.get(bot.module);
  const asked = bot.parameters.get("query_ripe_stat");
  const isRipe = (module ?? bot.module) === "experts.ripe.expert";
  return [
    ...(module === undefined ? [] : [renameModule(bot, module)]),
    ...(asked === undefined || !isRipe
      ? []
      : [
          setParameter(bot, "query_ripe_stat_asn", asked),
          setParameter(bot, "query_ripe_stat_ip", asked),
          removeParameter(bot, "query_ripe_stat"),
        ]),
    ...feedBecomesName(bot),
  ];
}

/** Collectors call their feed's name `name`. */
export function feedBecomesName(bot: OldBot) {
  const isOld = bot.module.startsWith("collectors.") && !bot.parameters.has("name");
  return isOld ? renameParameter(bot, "feed", "name") : [];
}

/** Rules of the modify expert were an object of groups: `{group: {rule: [if, then]}}`. */
function modifySyntax({ bots, read }: OldConfiguration) {
  const paths = new Set(
    bots.flatMap((bot) => (bot.module === "experts.modify.expert" ? (textOf(bot, "configuration_path") ?? []) : [])),
  );
  const files: FileChange[] = [];
  for (const path of paths) {
    const text = read(path);
    const rules: unknown = text === undefined ? [] : JSON.parse(text);
    if (!isGroups(rules)) continue;
    const list = Object.entries(rules).flatMap(([group, named]) =>
      Object.entries(named).map(([rule, [condition, then]]) => ({
        rulename: `${group} ${rule}`,
        if: condition,
        then,
      })),
    );
    files.push({ kind: "write", path, text: `${JSON.stringify(list, undefined, 4)}\n` });
  }
  return { files };
}

function isGroups(value: unknown): value is Record<string, Record<string, readonly [unknown, unknown]>> {
  const isObject = (of: unknown): of is object => typeof of === "object" && of !== null && !Array.isArray(of);
  return (
    isObject(value) &&
    Object.values(value).every(
      (group) => isObject(group) && Object.values(group).every((rule) => Array.isArray(rule) && rule.length === 2),
    )
  );
}
