import { describe, expect, it } from "vitest";
import { findPlaces } from "./places.ts";

const find = (files: readonly string[], environment: Record<string, string> = {}, root?: string) =>
  findPlaces({ root, environment, directory: "/home/me", exists: (path) => files.includes(path) });

describe("findPlaces", () => {
  it("takes --root before everything else, with IntelMQ's layout below", () => {
    const places = find(["/home/me/runtime.yaml"], { WEIR_ROOT: "/w", INTELMQ_ROOT_DIR: "/i" }, "data");
    expect(places).toMatchObject({
      kind: "opt",
      reason: "--root names /home/me/data",
      runtimeFile: "/home/me/data/etc/runtime.yaml",
      harmonizationFile: "/home/me/data/etc/harmonization.conf",
      stateDir: "/home/me/data/var/lib/weir",
      logDir: "/home/me/data/var/log",
      botsDir: "/home/me/data/var/lib/bots",
      runDir: "/home/me/data/var/run",
      stateFile: "/home/me/data/var/lib/state.json",
    });
  });

  it("takes WEIR_ROOT before INTELMQ_ROOT_DIR", () => {
    expect(find([], { WEIR_ROOT: "/w", INTELMQ_ROOT_DIR: "/i" }).runtimeFile).toBe("/w/etc/runtime.yaml");
    expect(find([], { WEIR_ROOT: "", INTELMQ_ROOT_DIR: "/i" }).reason).toBe(
      "the environment variable INTELMQ_ROOT_DIR names /i",
    );
  });

  it("takes a root that holds a runtime.yaml directly as it is", () => {
    expect(find(["/w/runtime.yaml"], { WEIR_ROOT: "/w" })).toMatchObject({
      kind: "directory",
      runtimeFile: "/w/runtime.yaml",
      stateDir: "/w/.weir",
    });
    expect(find(["/w/runtime.yaml", "/w/etc/runtime.yaml"], { WEIR_ROOT: "/w" }).kind).toBe("opt");
  });

  it("takes a runtime.yaml in the current directory, with its state beside it", () => {
    expect(find(["/home/me/runtime.yaml", "/etc/intelmq"])).toMatchObject({
      kind: "directory",
      runtimeFile: "/home/me/runtime.yaml",
      stateDir: "/home/me/.weir",
      logDir: "/home/me/.weir/log",
      botsDir: "/home/me/.weir/bots",
      socketFile: "/home/me/.weir/run/weir.sock",
    });
  });

  it("takes the places of distribution packages where they exist", () => {
    expect(find(["/etc/intelmq"])).toMatchObject({
      kind: "lsb",
      reason: "there is /etc/intelmq",
      runtimeFile: "/etc/intelmq/runtime.yaml",
      logDir: "/var/log/intelmq",
      runDir: "/var/run/intelmq",
      botsDir: "/var/lib/intelmq/bots",
      stateFile: "/var/lib/intelmq/state.json",
      stateDir: "/var/lib/intelmq/weir",
    });
  });

  it("obeys IntelMQ's switches between its layouts", () => {
    expect(find(["/etc/intelmq"], { INTELMQ_PATHS_OPT: "1" }).runtimeFile).toBe("/opt/intelmq/etc/runtime.yaml");
    expect(find([], { INTELMQ_PATHS_NO_OPT: "1" }).runtimeFile).toBe("/etc/intelmq/runtime.yaml");
    expect(find([], { INTELMQ_PATHS_NO_OPT: "1", ROOT_DIR: "/build" }).runtimeFile).toBe(
      "/build/etc/intelmq/runtime.yaml",
    );
  });

  it("takes /opt/intelmq where it exists, and else the current directory, saying what was looked for", () => {
    expect(find(["/opt/intelmq/etc"]).root).toBe("/opt/intelmq");
    const places = find([]);
    expect(places.runtimeFile).toBe("/home/me/runtime.yaml");
    expect(places.reason).toContain("neither --root, WEIR_ROOT nor INTELMQ_ROOT_DIR is set");
  });
});
