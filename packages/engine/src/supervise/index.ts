/** Running a botnet: supervisor, plan, processes. */
export { makeDirectory } from "../files/make-directory.ts";
export { type Plan, type PlannedBot, planBotnet } from "../plan/plan.ts";
export type { BotState, BotStatus } from "../run/bot-status.ts";
export { type LoadedBot, loadBots, planOf } from "./assemble.ts";
export type { SupervisedBot } from "./bot-state.ts";
export { type BotnetProcess, type BotnetProcessOptions, startBotnet } from "./botnet-process.ts";
export type { Silence } from "./silence-watch.ts";
export { type Reloaded, Supervisor } from "./supervisor.ts";
