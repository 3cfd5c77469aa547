/** Field types: valid as it is, valid after cleaning, cleaned. */
import { Base64Value, type JsonObject, type JsonValue } from "@weir/format";
import { fieldType } from "@weir/format/field-types";
import { text } from "../bot-vector.ts";
import { type Area, NotAvailable } from "./area.ts";
import { argumentOf, outcomeOf, resultOf } from "./library-value.ts";

export const harmonizationArea: Area = {
  async run(vector): Promise<JsonObject> {
    const name = text(vector.get("type"));
    const type = fieldType(name);
    if (type === undefined) throw new NotAvailable(`no field type ${name} here`);
    const value = argumentOf(vector.get("value") ?? null);
    return new Map<string, JsonValue>([
      ["valid", await outcomeOf(() => type.isValid(value))],
      [
        "valid_after_sanitation",
        await outcomeOf(() => {
          const cleaned = type.sanitize(value);
          return cleaned !== undefined && type.isValid(cleaned);
        }),
      ],
      ["sanitized", await outcomeOf(() => wireForm(type.sanitize(value)))],
    ]);
  },
};

function wireForm(value: unknown): JsonValue {
  return value instanceof Base64Value ? value.base64 : resultOf(value);
}
