/** The test kit for bot authors: bots in the real engine, their surroundings faked. */
export { nameLookup } from "../surroundings/system-resolver.ts";
export { defaultFields } from "./default-fields.ts";
export { type FakeClock, fakeClock, fakeResolver } from "./fakes.ts";
export { type GoldenCase, goldenFolder } from "./golden-folder.ts";
export { openTrial } from "./open-trial.ts";
export { type PlainFields, plainFields, plainValue } from "./plain-fields.ts";
export type { HttpTransport, Trial, TrialLogLine, TrialOptions } from "./trial.ts";
export {
  type TriedExpert,
  type TriedFailure,
  type TriedParser,
  type TryOptions,
  tryCollector,
  tryExpert,
  tryOutput,
  tryParser,
} from "./try-bot.ts";
export { tryCheck } from "./try-check.ts";
