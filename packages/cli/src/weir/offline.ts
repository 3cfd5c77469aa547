/** The store without a supervisor: for commands about queues and failures while the botnet does not run. */
import { type Places, readHarmonizationFile } from "@weir/engine/config";
import { type ControlHandler, openOperations } from "@weir/engine/control";
import { openStore } from "@weir/engine/store";

export async function openOffline(
  places: Places,
): Promise<{ readonly handle: ControlHandler; close(): Promise<void> }> {
  const { fields } = await readHarmonizationFile(places.harmonizationFile);
  const { broker } = await openStore({
    directory: places.stateDir,
    fields,
    thread: false,
    onProblem: (message: string) => process.stderr.write(`${message}\n`),
  });
  return { handle: openOperations({ broker, fields, places }), close: () => broker.close() };
}
