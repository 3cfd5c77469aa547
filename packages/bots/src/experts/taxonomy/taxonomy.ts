import { defineExpert } from "@weir/engine";
import { taxonomyOf } from "@weir/format/classification";
import { z } from "zod";

export default defineExpert({
  module: "intelmq.bots.experts.taxonomy.expert",
  name: "Taxonomy",
  summary: "Sets the classification taxonomy that belongs to the classification type.",
  reads: ["classification.taxonomy", "classification.type"],
  writes: ["classification.taxonomy", "classification.type"],
  params: z.object({}),
  create() {
    return {
      process(event) {
        const type = event.get("classification.type");
        if (!event.has("classification.taxonomy")) {
          event.set("classification.taxonomy", (typeof type === "string" && taxonomyOf(type)) || "other");
        }
        if (type === undefined) event.set("classification.type", "undetermined");
        return event;
      },
    };
  },
});
