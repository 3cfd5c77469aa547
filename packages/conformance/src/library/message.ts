import type { JsonValue, Message } from "@weir/format";
import { objects } from "../bot-vector.ts";
import type { Area } from "./area.ts";
import { raised } from "./library-value.ts";

export const messageArea: Area = {
  async run(vector) {
    const tables = tablesFor(vector.get("harmonization"));
    let message: Message;
    try {
      message = construct(vector, tables);
    } catch {
      return raised; // the vectors compare only that it failed
    }
    const start = asJson(message);
    const steps = objects(vector.get("ops")).map((operation) => runOperation(message, operation));
    return new Map<string, JsonValue>([
      ["start", start],
      ["steps", steps],
    ]);
  },
};
