import { commaList, defineExpert } from "@weir/engine";
import { z } from "zod";

export default defineExpert({
  module: "intelmq.bots.experts.field_reducer.expert",
  name: "Field Reducer",
  listName: "FieldReducer",
  summary: "Keeps only the listed fields, or removes the listed fields.",
  notes: "An event that has no field left is not sent.",
  params: z.object({
    type: z
      .enum(["whitelist", "blacklist"])
      .describe("`whitelist` keeps only the listed fields, `blacklist` removes them."),
    keys: commaList(z.string()).describe("Names of fields; `extra` stands for all fields below it."),
  }),
  create({ params: { type, keys }, newEvent }) {
    if (type === "blacklist") {
      return {
        process(event) {
          for (const key of keys) event.remove(key);
          return event;
        },
      };
    }
    return {
      process(event) {
        const kept = newEvent();
        for (const key of keys) {
          const value = event.get(key);
          // Unsanitised first: what is valid stays as it is.
          if (value !== undefined) kept.update([[key, value]]);
        }
        return kept;
      },
    };
  },
});
