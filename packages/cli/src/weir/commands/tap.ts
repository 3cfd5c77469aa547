/** `weir tap`: a live sample of what a bot gets and sends; takes nothing away. */
import { ask, type GlobalOptions, openSession } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";

interface Sample {
  readonly bot: string;
  readonly direction: "in" | "out";
  readonly path: string;
  readonly message: string;
}

export async function run(bot: string, options: GlobalOptions & { readonly count: string }): Promise<void> {
  const session = openSession(options);
  const { output } = session;
  const count = wholeNumber("--count", options.count, { min: 1, max: 100_000 });
  await ask(
    session,
    "tap",
    { bot: bot.replace(/-queue$/, ""), count },
    {
      offline: false,
      onEvent: (event: unknown) => {
        const { direction, path, message } = event as Sample; // see worker-protocol.ts
        process.stdout.write(
          session.json ? `${JSON.stringify(event)}\n` : `${output.colours.cyan(`${direction} ${path}`)} ${message}\n`,
        );
      },
    },
  );
}
