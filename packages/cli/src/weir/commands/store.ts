/** `weir store info | compact`. */
import { compactStore } from "@weir/engine/store";
import { formatBytes } from "../../terminal/quantities.ts";
import { renderTable } from "../../terminal/table.ts";
import { ask, type GlobalOptions, openSession } from "../session.ts";

interface Sizes {
  readonly directory: string;
  readonly storeBytes: number;
  readonly blobBytes: number;
  readonly seenBytes: number;
  readonly freeBytes: number;
}

export async function info(options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  const sizes = (await ask(session, "store.info")) as Sizes; // see control/operations.ts
  const rows = [
    { what: "directory", value: sizes.directory },
    { what: "queues, state, failures", value: formatBytes(sizes.storeBytes) },
    { what: "bodies of reports", value: formatBytes(sizes.blobBytes) },
    { what: "digests that were seen", value: formatBytes(sizes.seenBytes) },
    { what: "free on this disk", value: formatBytes(sizes.freeBytes) },
  ];
  const table = renderTable(rows, [
    { title: "", cell: ({ what }) => what },
    { title: "", cell: ({ value }) => value },
  ]);
  session.output.result(sizes, table.slice(table.indexOf("\n") + 1));
}

export async function compact(options: GlobalOptions): Promise<void> {
  const { places, output } = openSession(options);
  const { before, after } = await compactStore(places.stateDir);
  output.result(
    { before, after },
    `${formatBytes(before)} before, ${formatBytes(after)} now: ${formatBytes(Math.max(0, before - after))} given back.\n`,
  );
}
