/** What every command starts from: where things are, how to write, how to reach the supervisor. */
import { findPlaces, type Places } from "@weir/engine/config";
import { type ControlClient, connectControl, notRunning } from "@weir/engine/control";
import { type Output, openOutput } from "../terminal/output.ts";

export interface GlobalOptions {
  readonly root?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Session {
  readonly places: Places;
  readonly output: Output;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function openSession(options: GlobalOptions): Session {
  const json = options.json === true;
  return {
    places: findPlaces({ root: options.root }),
    output: openOutput({ json }),
    json,
    quiet: options.quiet === true,
  };
}

/** The running supervisor, or undefined when none answers. */
async function findSupervisor({ places }: Session): Promise<ControlClient | undefined> {
  try {
    return await connectControl(places.socketFile);
  } catch (error) {
    if (notRunning.is(error)) return undefined;
    throw error;
  }
}

/** True when a supervisor answers. */
export async function isRunning(session: Session): Promise<boolean> {
  const client = await findSupervisor(session);
  client?.close();
  return client !== undefined;
}

/**
 * Asks the running supervisor or, for commands about the store only, opens the store in this process when none runs.
 * `offline: false` throws WEIR_CONTROL_NOT_RUNNING instead.
 */
export async function ask(
  session: Session,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
  { offline = true, onEvent }: { readonly offline?: boolean; readonly onEvent?: (event: unknown) => void } = {},
): Promise<unknown> {
  const client = offline ? await findSupervisor(session) : await connectControl(session.places.socketFile);
  if (client !== undefined) {
    try {
      return await client.request(command, args, onEvent);
    } finally {
      client.close();
    }
  }
  const { openOffline } = await import("./offline.ts");
  const { handle, close } = await openOffline(session.places);
  try {
    const gone = new AbortController();
    return await handle(command, args, { emit: (event: unknown) => onEvent?.(event), gone: gone.signal });
  } finally {
    await close();
  }
}
