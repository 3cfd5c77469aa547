/** Upgrade steps of IntelMQ 2. */
import {
  editsOfBots,
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
import { feedBecomesName } from "./steps-1.ts";

const overwriting = ["experts.cymru_whois.expert", "experts.reverse_dns.expert", "experts.modify.expert"];

export const steps2: readonly Step[] = [
  { name: "v200_defaults_statistics", version: [2, 0, 0], run: statistics },
  { name: "v200_defaults_broker", version: [2, 0, 0], run: broker },
  // A null says what its absence says.
  { name: "v200_defaults_ssl_ca_certificate", version: [2, 0, 0], run: () => ({}) },
  {
    name: "v202_fixes",
    version: [2, 0, 2],
    run: editsOfBots((bot) => {
      const { module, parameters } = bot;
      const asn = module === "experts.ripe.expert" ? parameters.get("query_ripe_stat_asn") : undefined;
      return [
        ...feedBecomesName(bot),
        ...(asn === undefined || parameters.has("query_ripe_stat_ip")
          ? []
          : [setParameter(bot, "query_ripe_stat_ip", asn)]),
        ...(overwriting.includes(module) && !parameters.has("overwrite") ? [setParameter(bot, "overwrite", true)] : []),
      ];
    }),
  },
  {
    name: "v210_deprecations",
    version: [2, 1, 0],
    run: editsOfBots((bot) => {
      const { module, parameters } = bot;
      const isPostgresql = module === "outputs.postgresql.output";
      const needsEngine = (isPostgresql || module === "experts.generic_db_lookup.expert") && !parameters.has("engine");
      return [
        ...(module === "collectors.rt.collector_rt" ? extractAttachment(bot) : []),
        ...(needsEngine ? [setParameter(bot, "engine", "postgresql")] : []),
        ...(isPostgresql ? [renameModule(bot, "outputs.sql.output")] : []),
      ];
    }),
  },
  {
    name: "v213_deprecations",
    version: [2, 1, 3],
    run: editsOfBots((bot) =>
      bot.module === "collectors.mail.collector_mail_attach"
        ? renameParameter(bot, "attach_unzip", "extract_files")
        : [],
    ),
  },
  {
    name: "v213_feed_changes",
    version: [2, 1, 3],
    run: (configuration) => ({
      ...editsOfBots((bot) =>
        replaceText(bot, "http_url", (url) =>
          url
            .replace(/(tc\.edu\.tw\/.*\/)30\/?$/, "$1")
            .replace(
              /^https?:\/\/osint\.bambenekconsulting\.com\/feeds\/dga-feed\.txt$/,
              "https://faf.bambenekconsulting.com/feeds/dga-feed.txt",
            ),
        ),
      )(configuration),
      ...tellDiscontinued(configuration, discontinuedIn213),
    }),
  },
  {
    name: "v220_configuration",
    version: [2, 2, 0],
    run: ({ bots, global }) => ({
      edits: bots.flatMap((bot) => {
        const verify = bot.parameters.get("misp_verify");
        const usual = global.get("http_verify_cert") ?? true;
        if (bot.module === "collectors.misp.collector" && verify !== undefined)
          return verify === usual
            ? [removeParameter(bot, "misp_verify")]
            : renameParameter(bot, "misp_verify", "http_verify_cert");
        const isOld = bot.module === "outputs.elasticsearch.output" && bot.parameters.has("elastic_doctype");
        return isOld ? [removeParameter(bot, "elastic_doctype")] : [];
      }),
    }),
  },
  { name: "v220_azure_collector", version: [2, 2, 0], run: azure },
  {
    name: "v220_feed_changes",
    version: [2, 2, 0],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        { what: "URLVir is discontinued", modules: ["parsers.urlvir.parser"], url: /urlvir\.com/ },
      ]),
  },
  {
    name: "v221_feed_changes",
    version: [2, 2, 1],
    run: (configuration) => ({
      ...editsOfBots(urlhausColumns)(configuration),
      ...tellDiscontinued(configuration, [
        { what: "HP Hosts is discontinued", modules: ["parsers.hphosts.parser"], url: /hosts-file\.net/ },
      ]),
    }),
  },
  {
    name: "v222_feed_changes",
    version: [2, 2, 2],
    run: editsOfBots((bot) =>
      bot.module === "parsers.shadowserver.parser"
        ? replaceText(bot, "feedname", (name) => (name === "Blacklisted-IP" ? "Blocklist" : name))
        : [],
    ),
  },
  {
    name: "v230_csv_parser_parameter_fix",
    version: [2, 3, 0],
    run: editsOfBots((bot) =>
      bot.module === "parsers.generic.parser_csv" ? renameParameter(bot, "delimeter", "delimiter") : [],
    ),
  },
  {
    name: "v230_feed_changes",
    version: [2, 3, 0],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        { what: "The feed Malware Domain List is discontinued", url: /malwaredomainlist\.com/ },
      ]),
  },
  {
    name: "v230_deprecations",
    version: [2, 3, 0],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        { what: "The parser of Malware Domain List is no more", modules: ["parsers.malwaredomainlist.parser"] },
      ]),
  },
  // The page whose new columns it set is no more either: v310_feed_changes tells.
  { name: "v233_feodotracker_browse", version: [2, 3, 3], run: () => ({}) },
];

const discontinuedIn213 = [
  { what: "Zeus Tracker is discontinued", url: /zeustracker\.abuse\.ch/ },
  { what: "bitcash.cz is discontinued", modules: ["parsers.bitcash.parser"], url: /bitcash\.cz/ },
  {
    what: "The Fraunhofer DDoS attack feeds are discontinued",
    modules: ["parsers.fraunhofer.parser_ddosattack_cnc", "parsers.fraunhofer.parser_ddosattack_target"],
  },
  {
    what: "Ransomware Tracker is discontinued",
    modules: ["parsers.abusech.parser_ransomware"],
    url: /ransomwaretracker\.abuse\.ch/,
  },
  { what: "Nothink is discontinued", modules: ["parsers.nothink.parser"], url: /nothink\.org/ },
  {
    what: "Bambenek's command and control lists need a licence now",
    url: /osint\.bambenekconsulting\.com\/feeds\/c2-/,
    remedy: "See https://osint.bambenekconsulting.com/license.txt, and remove the bots or give them the new address.",
  },
];

/** Statistics came with 2.0; what other bots of the installation use for Redis holds for them. */
function statistics({ global }: OldConfiguration) {
  const password = global.get("source_pipeline_password");
  const isConfigured = [...global.keys()].some((name) =>
    /^(?:statistics_|source_pipeline_(?:host|port|password)$)/.test(name),
  );
  if (!isConfigured) return {};
  const wanted = [
    ["statistics_database", 3],
    ["statistics_host", global.get("source_pipeline_host") ?? "127.0.0.1"],
    ["statistics_port", global.get("source_pipeline_port") ?? 6379],
    ["statistics_password", password ?? null],
  ] as const;
  const missing = wanted.filter(([name]) => !global.has(name));
  return { edits: missing.map(([name, value]) => ({ kind: "set" as const, path: ["global", name], value })) };
}

function broker({ global }: OldConfiguration) {
  const value = global.get("broker");
  if (value === undefined) return {};
  const names = ["source_pipeline_broker", "destination_pipeline_broker"].filter((name) => !global.has(name));
  return {
    edits: [
      ...names.map((name) => ({ kind: "set" as const, path: ["global", name], value })),
      { kind: "remove" as const, path: ["global", "broker"] },
    ],
  };
}

function extractAttachment(bot: OldBot) {
  const [old] = ["extract_files", "unzip_attachment"].filter((name) => bot.parameters.has(name));
  if (old === undefined) return [];
  const both = old === "extract_files" && bot.parameters.has("unzip_attachment");
  return [
    ...renameParameter(bot, old, "extract_attachment"),
    ...(both ? [removeParameter(bot, "unzip_attachment")] : []),
  ];
}

function azure({ bots }: OldConfiguration) {
  const old = bots.filter(
    ({ module, parameters }) =>
      module === "collectors.microsoft.collector_azure" && !parameters.has("connection_string"),
  );
  if (old.length === 0) return {};
  return {
    act: `The Azure collector needs connection_string now: ${old.map(({ id }) => id).join(", ")}. Add it, and remove account_name and account_key.`,
  };
}

const urlhaus = [
  "time.source",
  "source.url",
  "status",
  "classification.type|__IGNORE__",
  "source.fqdn|__IGNORE__",
  "source.ip",
  "source.asn",
  "source.geolocation.cc",
];

/** The fourth and fifth column may hold what is no value of their field. */
function urlhausColumns(bot: OldBot) {
  if (bot.module !== "parsers.generic.parser_csv") return [];
  const given = bot.parameters.get("columns");
  const columns = Array.isArray(given) ? given : (textOf(bot, "columns") ?? "").split(",").map((name) => name.trim());
  const same =
    columns.length === urlhaus.length && urlhaus.every((name, i) => name === columns[i] || i === 3 || i === 4);
  const isRight = urlhaus.every((name, i) => name === columns[i]);
  return same && !isRight ? [setParameter(bot, "columns", urlhaus)] : [];
}
