/** `weir paths`: where everything is, and why there. */
import { type GlobalOptions, openSession } from "../session.ts";

export async function run(options: GlobalOptions): Promise<void> {
  const { places, output } = openSession(options);
  const rows = [
    ["configuration", places.runtimeFile],
    ["fields", places.harmonizationFile],
    ["queues and state", places.stateDir],
    ["history of the configuration", places.historyDir],
    ["logs", places.logDir],
    ["data of bots", places.botsDir],
    ["control socket", places.socketFile],
  ] as const;
  const lines = rows.map(([name, path]) => `${`${name}:`.padEnd(30)} ${path}`).join("\n");
  output.result(places, `Chosen because ${places.reason}.\n\n${lines}\n`);
}
