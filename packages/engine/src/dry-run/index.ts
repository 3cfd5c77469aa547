/** Trying botnets without touching anything. */
export {
  type BotnetTest,
  type BotnetTestResult,
  junitXml,
  readBotnetTests,
  runBotnetTest,
  testFileInvalid,
} from "./botnet-test.ts";
export { type DryRunOptions, type DryRunStep, dryRun } from "./dry-run.ts";
export { type FieldChange, fieldChanges } from "./field-changes.ts";
