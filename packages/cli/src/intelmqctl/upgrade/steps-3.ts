/** Upgrade steps of IntelMQ 3, but for the files that it gave up (`old-files.ts`). */
import type { Edit } from "@weir/engine/config";
import type { JsonValue } from "@weir/format";
import {
  editsOfBots,
  type OldBot,
  removeParameter,
  renameModule,
  replaceText,
  type Step,
  setParameter,
  textOf,
} from "./changes.ts";
import { tellDiscontinued } from "./discontinued.ts";

const skippedByUrl2Fqdn = [
  "source.ip",
  "source.port",
  "source.urlpath",
  "source.account",
  "destination.ip",
  "destination.port",
  "destination.urlpath",
  "destination.account",
  "protocol.application",
  "protocol.transport",
];

const legacyFeedNames = [
  "Amplification-DDoS-Victim",
  "Blacklisted-IP",
  "CAIDA-IP-Spoofer",
  "Darknet",
  "Drone",
  "Drone-Brute-Force",
  "HTTP-Scanners",
  "ICS-Scanners",
  "IPv6-Sinkhole-HTTP-Drone",
  "Microsoft-Sinkhole",
  "Outdated-DNSSEC-Key",
  "Outdated-DNSSEC-Key-IPv6",
  "Sinkhole-HTTP-Drone",
];

export const steps3: readonly Step[] = [
  {
    name: "v301_deprecations",
    version: [3, 0, 1],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        {
          what: "malwaredomains.com is no more",
          modules: ["parsers.malwaredomains.parser"],
          url: /malwaredomains\.com/,
        },
      ]),
  },
  {
    name: "v310_feed_changes",
    version: [3, 1, 0],
    run: (configuration) => ({
      ...editsOfBots(typeBecomesField)(configuration),
      ...tellDiscontinued(configuration, discontinuedIn310),
    }),
  },
  {
    name: "v310_shadowserver_feednames",
    version: [3, 1, 0],
    run: ({ bots }) => {
      const found = bots.filter(
        (bot) =>
          bot.module === "parsers.shadowserver.parser" && legacyFeedNames.includes(textOf(bot, "feedname") ?? ""),
      );
      if (found.length === 0) return {};
      const which = found.map((bot) => `${bot.id} (${textOf(bot, "feedname")})`).join(", ");
      return {
        act: `Shadowserver has given up feeds: ${which}. Remove the bots, or give them the name of a present feed.`,
      };
    },
  },
  {
    name: "v320_update_turris_greylist_url",
    version: [3, 2, 0],
    run: editsOfBots((bot) =>
      replaceText(bot, "http_url", (url) =>
        url.replace(/^(https?:\/\/)project\.turris\.cz(?=\/greylist-data\/)/, "$1view.sentinel.turris.cz"),
      ),
    ),
  },
  {
    name: "v322_url_replacement",
    version: [3, 2, 2],
    run: editsOfBots((bot) =>
      bot.module === "experts.url2fqdn.expert"
        ? [renameModule(bot, "experts.url.expert"), setParameter(bot, "skip_fields", skippedByUrl2Fqdn)]
        : [],
    ),
  },
  {
    name: "v322_removed_feeds_and_bots",
    version: [3, 2, 2],
    run: (configuration) =>
      tellDiscontinued(configuration, [
        {
          what: "Netlab 360 is discontinued",
          modules: ["parsers.netlab_360.parser"],
          url: /data\.netlab\.360\.com/,
        },
        {
          what: "Webinspektor is discontinued",
          modules: ["parsers.webinspektor.parser"],
          url: /app\.webinspector\.com/,
        },
        { what: "Sucuri is discontinued", modules: ["parsers.sucuri.parser"], url: /labs\.sucuri\.net/ },
      ]),
  },
];

const discontinuedIn310 = [
  { what: "malc0de is discontinued", modules: ["parsers.malc0de.parser"], url: /malc0de\.com\/bl/ },
  { what: "Autoshun is discontinued", modules: ["parsers.autoshun.parser"], url: /autoshun\.org/ },
  {
    what: "DShield's list of domains is discontinued",
    modules: ["parsers.dshield.parser_domain"],
    url: /dshield\.org\/feeds\/suspiciousdomains/,
  },
  {
    what: "The parsers of abuse.ch's old lists are no more",
    modules: ["parsers.abusech.parser_domain", "parsers.abusech.parser_ip"],
    url: /feodotracker\.abuse\.ch\/(?:downloads\/ipblocklist\.csv|browse)/,
    remedy:
      "Use https://feodotracker.abuse.ch/downloads/ipblocklist.json with intelmq.bots.parsers.abusech.parser_feodotracker.",
  },
  {
    what: "The page of ViriBack's tracker is no feed any more",
    url: /tracker\.viriback\.com\/?$/,
    remedy: "Use https://tracker.viriback.com/dump.php with intelmq.bots.parsers.generic.parser_csv.",
  },
  { what: "Netlab's Mirai scanner list is discontinued", url: /data\.netlab\.360\.com\/feeds\/mirai-scanner/ },
  { what: "Benkow's page of panels is no feed any more", url: /benkow\.cc\/passwords/ },
  { what: "The Taichung feed is discontinued", modules: ["parsers.taichung.parser"], url: /tc\.edu\.tw/ },
];

/** Kinds of a generic CSV parser's events are a default field; other default fields stay. */
function typeBecomesField(bot: OldBot): readonly Edit[] {
  const type = bot.parameters.get("type");
  if (bot.module !== "parsers.generic.parser_csv" || type === undefined) return [];
  const given = bot.parameters.get("default_fields");
  const fields: ReadonlyMap<string, JsonValue> = given instanceof Map ? given : new Map();
  return [
    ...(fields.has("classification.type")
      ? []
      : [setParameter(bot, "default_fields", new Map([...fields, ["classification.type", type]]))]),
    removeParameter(bot, "type"),
  ];
}
