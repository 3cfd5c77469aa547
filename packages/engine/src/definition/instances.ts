/** Several objects of a bot side by side (`weir: instances`, IntelMQ's `instances_threads`). */
import type { AnyDefinition } from "./definition.ts";

/** Why a bot works alone, whatever its configuration says; undefined: it may have several instances. */
export function whyAlone(definition: AnyDefinition): string | undefined {
  switch (definition.kind) {
    case "collector":
      return "all would collect the same";
    case "parser":
      return "a report is read in one go";
    case "expert":
      return definition.stateful === true ? "it has to see all messages, in order" : undefined;
    case "output":
      return definition.pace === "local" ? "what it writes has one order" : undefined;
  }
}
