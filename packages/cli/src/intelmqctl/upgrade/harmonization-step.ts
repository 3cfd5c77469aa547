/** harmonization.conf: fields that are missing are added, and shipped ones get back type and pattern. */
import { type Edit, editConfiguration, loadConfiguration } from "@weir/engine/config";
import { defaultHarmonization, type FieldDefinition, type JsonValue } from "@weir/format";

/** The text changed; the same when there is nothing to do. */
export function upgradeHarmonization(text: string, file: string): string {
  return editConfiguration(text, harmonizationEdits(loadConfiguration(text, file)), file);
}

function harmonizationEdits(given: JsonValue): readonly Edit[] {
  const types = given instanceof Map ? given : new Map<string, JsonValue>();
  return (["event", "report"] as const).flatMap((type) => {
    const shipped = defaultHarmonization[type];
    const fields = types.get(type);
    if (!(fields instanceof Map)) {
      const all = new Map([...shipped].map(([name, field]) => [name, definition(field)]));
      return [{ kind: "set", path: [type], value: all } satisfies Edit];
    }
    return [...shipped].flatMap(([name, field]): readonly Edit[] => {
      const present = fields.get(name);
      if (!(present instanceof Map)) return [{ kind: "set", path: [type, name], value: definition(field) }];
      return (["type", "regex", "iregex"] as const).flatMap((key) => {
        const value = field[key];
        if (value === undefined || present.get(key) === value) return [];
        return [{ kind: "set", path: [type, name, key], value } satisfies Edit];
      });
    });
  });
}

function definition({ type, description, length, regex, iregex }: FieldDefinition): ReadonlyMap<string, JsonValue> {
  const members = { description, iregex, length, regex, type };
  return new Map(Object.entries(members).filter((entry): entry is [string, string | number] => entry[1] !== undefined));
}
