/**
 * Where the files of an installation are. Chosen in this order, the first that applies:
 * a directory given by hand (`--root`), WEIR_ROOT, INTELMQ_ROOT_DIR, a `runtime.yaml` in the current directory, IntelMQ's places of
 * distribution packages (`/etc/intelmq`), IntelMQ's own (`/opt/intelmq`).
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** `opt`: IntelMQ's layout below one root; `directory`: all beside runtime.yaml; `lsb`: spread over `/etc` and `/var`. */
export type PlacesKind = "opt" | "directory" | "lsb";

/** All paths are absolute; nothing is created. */
export interface Places {
  readonly kind: PlacesKind;
  /** Why these were chosen, as a sentence for `weir paths`. */
  readonly reason: string;
  readonly root: string;
  readonly configDir: string;
  readonly runtimeFile: string;
  readonly harmonizationFile: string;
  /** Node positions of the web interface. */
  readonly positionsFile: string;
  /** Weir's own store: queues, state, blobs, history. */
  readonly stateDir: string;
  /** Earlier versions of runtime.yaml. */
  readonly historyDir: string;
  readonly logDir: string;
  /** Data files of bots: databases, file output. */
  readonly botsDir: string;
  /** PID files and the control socket. */
  readonly runDir: string;
  readonly socketFile: string;
  /** IntelMQ's upgrade history. */
  readonly stateFile: string;
}

export interface PlacesOptions {
  /** The value of `--root`. */
  readonly root?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The current directory. */
  readonly directory?: string;
  readonly exists?: (path: string) => boolean;
}

/** Finds the places of the installation that is meant here. */
export function findPlaces(options: PlacesOptions = {}): Places {
  const { root, environment = process.env, directory = process.cwd(), exists = existsSync } = options;
  const at = (path: string) => resolve(directory, path);
  if (root !== undefined && root !== "") return rooted(at(root), "--root", exists);
  for (const variable of ["WEIR_ROOT", "INTELMQ_ROOT_DIR"]) {
    const value = environment[variable];
    if (value !== undefined && value !== "") return rooted(at(value), `the environment variable ${variable}`, exists);
  }
  if (exists(join(directory, "runtime.yaml"))) {
    return besideRuntime(resolve(directory), "there is a runtime.yaml in the current directory");
  }
  const prefix = environment.ROOT_DIR || "/";
  if (environment.INTELMQ_PATHS_NO_OPT) {
    return lsb(
      at(prefix),
      "the environment variable INTELMQ_PATHS_NO_OPT asks for the places of distribution packages",
    );
  }
  if (environment.INTELMQ_PATHS_OPT) {
    return opt("/opt/intelmq", "the environment variable INTELMQ_PATHS_OPT asks for /opt/intelmq");
  }
  const etc = join(at(prefix), "etc/intelmq");
  if (exists(etc)) return lsb(at(prefix), `there is ${etc}`);
  if (exists("/opt/intelmq/etc")) return opt("/opt/intelmq", "there is /opt/intelmq/etc");
  return besideRuntime(
    resolve(directory),
    `nothing else was found: neither --root, WEIR_ROOT nor INTELMQ_ROOT_DIR is set, and there is neither ${etc} nor /opt/intelmq/etc`,
  );
}

/** A root that somebody named: IntelMQ's layout, unless it holds a runtime.yaml directly and no `etc/`. */
function rooted(root: string, source: string, exists: (path: string) => boolean): Places {
  if (exists(join(root, "runtime.yaml")) && !exists(join(root, "etc", "runtime.yaml"))) {
    return besideRuntime(root, `${source} names ${root}, which holds a runtime.yaml`);
  }
  return opt(root, `${source} names ${root}`);
}

function opt(root: string, reason: string): Places {
  return places("opt", reason, root, {
    configDir: join(root, "etc"),
    logDir: join(root, "var/log"),
    runDir: join(root, "var/run"),
    libDir: join(root, "var/lib"),
    stateDir: join(root, "var/lib/weir"),
  });
}

function lsb(root: string, reason: string): Places {
  return places("lsb", reason, root, {
    configDir: join(root, "etc/intelmq"),
    logDir: join(root, "var/log/intelmq"),
    runDir: join(root, "var/run/intelmq"),
    libDir: join(root, "var/lib/intelmq"),
    stateDir: join(root, "var/lib/intelmq/weir"),
  });
}

function besideRuntime(root: string, reason: string): Places {
  const own = join(root, ".weir");
  return places("directory", reason, root, {
    configDir: root,
    logDir: join(own, "log"),
    runDir: join(own, "run"),
    libDir: own,
    stateDir: own,
  });
}

interface Directories {
  readonly configDir: string;
  readonly logDir: string;
  readonly runDir: string;
  readonly libDir: string;
  readonly stateDir: string;
}

function places(kind: PlacesKind, reason: string, root: string, directories: Directories): Places {
  const { configDir, logDir, runDir, libDir, stateDir } = directories;
  return {
    kind,
    reason,
    root,
    configDir,
    runtimeFile: join(configDir, "runtime.yaml"),
    harmonizationFile: join(configDir, "harmonization.conf"),
    positionsFile: join(configDir, "manager/positions.conf"),
    stateDir,
    historyDir: join(stateDir, "history"),
    logDir,
    botsDir: join(libDir, "bots"),
    runDir,
    socketFile: join(runDir, "weir.sock"),
    stateFile: join(libDir, "state.json"),
  };
}
