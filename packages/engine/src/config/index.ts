/** Entry point: reading, checking, changing and saving configurations, and the places of an installation. */
export { type BotnetGraph, buildGraph, type GraphEdge, type GraphNode } from "../botnet/graph.ts";
export { renameBot } from "../botnet/rename-bot.ts";
export { readBotnetFile } from "./botnet-file.ts";
export { type CheckedBotnet, type CheckOptions, type CheckResult, checkBotnet } from "./check.ts";
export { type CheckedParameters, isSecretParameter, parametersFor } from "./check-parameters.ts";
export { closest, didYouMean } from "./closest.ts";
export { type Destinations, flattenQueues, readDestinations } from "./destinations.ts";
export { addBot, type Edit, type EditPath, editConfiguration, removeValue, renameKey, setValue } from "./edit.ts";
export { environmentParameters } from "./environment.ts";
export { type Finding, type FindingLevel, finding, renderFindings, sortFindings } from "./findings.ts";
export { type HarmonizationFile, parseHarmonizationText, readHarmonizationFile } from "./harmonization-file.ts";
export { unifiedDiff } from "./line-diff.ts";
export { loadConfiguration, readConfiguration } from "./load-configuration.ts";
export { type Located, type Position, toJsonValue, toPlain } from "./located.ts";
export { findPlaces, type Places, type PlacesKind, type PlacesOptions } from "./places.ts";
export { parseDuration, parseSize } from "./quantity.ts";
export {
  listVersions,
  readVersion,
  replaceFile,
  revisionOf,
  rollBack,
  type SaveRequest,
  saveConfiguration,
  type Version,
} from "./save.ts";
export { type JsonSchema, parametersSchema, runtimeSchema } from "./schema.ts";
export { isSecretName, maskUrlPasswords, redact, redacted, type SecretSource } from "./secrets.ts";
export {
  type BotnetSettings,
  type BotSettings,
  loadSettings,
  type ParameterSetting,
  type ReadOptions,
  readSettings,
  type SettingsResult,
} from "./settings.ts";
export { editsBetween, updateConfiguration } from "./value-edits.ts";
export { isEarlierVersion, type VersionPart } from "./version.ts";
export type { QueueSettings, Schedule, WeirBotSettings, WeirGlobalSettings } from "./weir-settings.ts";
