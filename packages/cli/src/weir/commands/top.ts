/** `weir top`: the table of bots, renewed. */
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type GlobalOptions, openSession } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";
import { renderStatus, type ShownStatus } from "./control.ts";

export async function run(
  options: GlobalOptions & { readonly interval: string; readonly once?: boolean },
): Promise<void> {
  const session = openSession(options);
  const seconds = wholeNumber("--interval", options.interval, { min: 1, max: 3600 });
  for (;;) {
    const status = (await ask(session, "status", {}, { offline: false })) as ShownStatus; // see control/operations.ts
    const clear = session.output.interactive && options.once !== true ? "\u001b[H\u001b[2J" : "";
    session.output.result(status, clear + renderStatus(status, session.output));
    if (options.once === true || !session.output.interactive) return;
    await sleep(seconds * 1000);
  }
}
