/** Everything of the configuration that decides how a bot runs, to tell whether it changed. */
import type { Plan } from "../plan/plan.ts";
import type { LoadedBot } from "./assemble.ts";
import type { Refusal } from "./refusal.ts";

/** Equal for two configurations under which the bot runs alike. */
export function fingerprint({ settings, definition }: LoadedBot, plan: Plan, refusal?: Refusal): string {
  const planned = plan.bots.get(settings.id);
  const parameters = [...settings.parameters]
    .map(([name, { value }]): [string, unknown] => [name, value])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    [
      settings.module,
      definition?.module,
      parameters,
      [...settings.destinations],
      settings.sourceQueue,
      settings.weir,
      settings.runMode,
      settings.name,
      planned?.cut,
      refusal?.reason,
    ],
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}
