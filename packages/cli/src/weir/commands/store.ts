/** `weir store`: sizes of the store. */
import { formatBytes } from "../../terminal/quantities.ts";
import { ask, type GlobalOptions, openSession } from "../session.ts";

export async function info(options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  const sizes = (await ask(session, "store.info")) as Record<string, number | string>; // see control/operations.ts
  const lines = Object.entries(sizes).map(
    ([name, value]) => `${name}: ${typeof value === "number" ? formatBytes(value) : value}\n`,
  );
  session.output.result(sizes, lines.join(""));
}
