import { readFile } from "node:fs/promises";
import { defineExpert, filePath, flag, integer, optional } from "@weir/engine";
import { loadConfiguration } from "@weir/engine/load-configuration";
import { z } from "zod";
import { unusableFile } from "../../errors.ts";
import { compileRules, type Rule } from "./rules.ts";

export default defineExpert({
  module: "intelmq.bots.experts.modify.expert",
  name: "Modify",
  summary: "Changes fields by a file of rules: conditions on fields, and what is set where they hold.",
  notes:
    'The file (YAML or JSON) is a list of rules with `rulename`, `if` (field: regular expression, `""` for a field that must not exist, or a ' +
    "value of another type for equality) and `then` (field: value). A text value may hold `{msg[field]}` and `{matches[field][group]}`. " +
    "All rules that match apply, in order, and see what earlier ones have changed. An empty value removes the field.",
  params: z.object({
    configuration_path: filePath()
      .default("/opt/intelmq/var/lib/bots/modify/modify.conf")
      .describe("File of rules; read at start and at reload."),
    case_sensitive: flag().default(true).describe("False: all conditions ignore case."),
    maximum_matches: optional(z.union([z.boolean().transform(Number), integer({ min: 0 })])).describe(
      "Stop after so many rules that match; 0 or null: no limit.",
    ),
    overwrite: flag()
      .nullable()
      .default(true)
      .describe("What happens to a field that exists: true replaces it, false keeps it, null makes the event fail."),
  }),
  create({ botId, params, log }) {
    const mode = params.overwrite === null ? "fail" : params.overwrite ? "overwrite" : "keep";
    const limit =
      params.maximum_matches === undefined || params.maximum_matches === 0 ? Infinity : params.maximum_matches;
    const file = params.configuration_path;
    let rules: readonly Rule[] = [];

    return {
      async open() {
        const refuse = (problem: string, cause?: unknown) =>
          unusableFile({ bot: botId, parameter: "configuration_path", file, problem }, { cause });
        const text = await readFile(file, "utf8").catch((error) => {
          throw refuse("the file of rules cannot be read", error);
        });
        rules = compileRules(loadConfiguration(text, file), { ignoreCase: !params.case_sensitive, refuse });
      },
      process(event) {
        let matched = 0;
        for (const rule of rules) {
          const matches = rule.match(event);
          if (matches === undefined) continue;
          log.debug(`Apply rule ${rule.name}.`);
          for (const { field, value } of rule.assignments) event.put(field, value(event, matches), { mode });
          matched += 1;
          if (matched >= limit) {
            log.debug("Reached maximum number of matches, breaking.");
            break;
          }
        }
        return event;
      },
    };
  },
});
