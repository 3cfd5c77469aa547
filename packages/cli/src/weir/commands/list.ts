/** `weir list bots|modules|queues|stages`. */
import { availableParallelism } from "node:os";
import { catalogue } from "@weir/bots/catalogue";
import { loadBots, planOf } from "@weir/engine/supervise";
import { type Column, renderTable } from "../../terminal/table.ts";
import { readBotnet } from "../botnet-file.ts";
import { type GlobalOptions, openSession, type Session } from "../session.ts";

export async function run(what: string, options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  if (what === "modules") return listModules(session);
  if (what === "bots") return listBots(session);
  if (what === "stages") return listStages(session);
  const { list } = await import("./queues.ts");
  return list({ ...options, all: true });
}

async function listModules({ output }: Session): Promise<void> {
  const rows = await Promise.all(
    catalogue.modules().map(async (module) => {
      const definition = await catalogue.load(module);
      return { module, kind: definition?.kind ?? "", name: definition?.name ?? "", summary: definition?.summary ?? "" };
    }),
  );
  output.result(
    rows,
    table(
      rows,
      [
        { title: "MODULE", cell: (row) => row.module },
        { title: "KIND", cell: (row) => row.kind },
        { title: "WHAT IT DOES", cell: (row) => row.summary },
      ],
      output,
    ),
  );
}

async function listBots({ output, places }: Session): Promise<void> {
  const { settings } = await readBotnet(places.runtimeFile);
  const rows = settings.bots.map(({ id, module, enabled, description, destinations }) => ({
    id,
    module,
    enabled,
    description: description ?? "",
    destinations: Object.fromEntries(destinations),
  }));
  output.result(
    rows,
    table(
      rows,
      [
        { title: "BOT", cell: (row) => row.id, paint: (text, row) => (row.enabled ? text : output.colours.dim(text)) },
        { title: "MODULE", cell: (row) => row.module },
        { title: "ENABLED", cell: (row) => (row.enabled ? "yes" : "no") },
        { title: "SENDS TO", cell: (row) => Object.values(row.destinations).flat().join(" ") },
      ],
      output,
    ),
  );
}

async function listStages({ output, places }: Session): Promise<void> {
  const { settings, catalogue } = await readBotnet(places.runtimeFile);
  const plan = planOf(await loadBots(settings, catalogue), settings.weir.workers ?? availableParallelism());
  const rows = [...plan.bots.values()]
    .sort((a, b) => a.stage - b.stage || a.rank - b.rank)
    .map(({ id, stage, worker, cut }) => ({
      stage,
      worker,
      id,
      queue: cut === undefined ? "skipped when it can be" : "always",
      why: cut ?? "",
    }));
  output.result(
    rows,
    table(
      rows,
      [
        { title: "STAGE", align: "right", cell: (row) => String(row.stage) },
        { title: "WORKER", align: "right", cell: (row) => String(row.worker) },
        { title: "BOT", cell: (row) => row.id },
        { title: "ITS QUEUE", cell: (row) => row.queue },
        { title: "BECAUSE", cell: (row) => row.why },
      ],
      output,
    ),
  );
}

function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], output: Session["output"]): string {
  return renderTable(rows, columns, { title: output.colours.dim, width: output.width });
}
