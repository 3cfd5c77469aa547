/**
 * Parameters from the environment: `INTELMQ_<PARAMETER>` sets that parameter for all bots. `True` and `False` become booleans,
 * digits a number, everything else is text.
 */
import { integer, type JsonValue } from "@weir/format";
import { toPlain } from "./located.ts";
import type { ParameterSetting } from "./settings.ts";

const prefix = "INTELMQ_";

/** Variables with this prefix that are no parameters. */
const otherVariables = new Set([
  "ROOT_DIR",
  "PATHS_NO_OPT",
  "PATHS_OPT",
  "API_CONFIG",
  "API_USER",
  "API_PASS",
  "MANAGER_CONTROLLER_CMD",
  "PIPELINE_HOST",
  "PIPELINE_BROKER",
  "PIPELINE_DRIVER",
  "IS_DOCKER",
  "LOOKYLOO_TEST",
]);

/** The parameters of an environment, by name. */
export function environmentParameters(
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, ParameterSetting> {
  const parameters = new Map<string, ParameterSetting>();
  for (const variable of Object.keys(environment).sort()) {
    const text = environment[variable];
    if (text === undefined || !variable.startsWith(prefix)) continue;
    const name = variable.slice(prefix.length);
    if (name === "" || otherVariables.has(name) || name.startsWith("TEST_") || name.startsWith("SKIP_")) continue;
    const canonical = variableValue(text);
    parameters.set(name.toLowerCase(), {
      value: toPlain(canonical),
      canonical,
      at: { file: `environment variable ${variable}`, line: 0, column: 0 },
      from: "environment",
    });
  }
  return parameters;
}

function variableValue(text: string): JsonValue {
  if (text === "True") return true;
  if (text === "False") return false;
  return /^[0-9]{1,1000}$/.test(text) ? integer(BigInt(text)) : text;
}
