/** A mapping of parameters → settings with places, secrets put in. */
import type { Finding } from "./findings.ts";
import { type LocatedMap, toPlain } from "./located.ts";
import { resolveSecrets, type SecretSource } from "./secrets.ts";
import type { ParameterSetting } from "./settings.ts";

/** The parameters of a mapping, secrets resolved. */
export function readParameters(
  map: LocatedMap,
  from: "global" | "bot",
  secrets: SecretSource,
  report: (found: Finding, parameter: string) => void,
): Map<string, ParameterSetting> {
  const parameters = new Map<string, ParameterSetting>();
  for (const [name, { at, value: node }] of map.entries) {
    const { canonical, secretPaths, findings, unresolved } = resolveSecrets(node, secrets);
    for (const found of findings) report(found, name);
    parameters.set(name, {
      value: toPlain(canonical),
      canonical,
      at,
      from,
      node,
      ...(secretPaths.length === 0 ? {} : { secretPaths }),
      ...(unresolved ? { unresolved } : {}),
    });
  }
  return parameters;
}
