import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineExpert } from "../definition/definition.ts";
import { secretTexts } from "./secret-texts.ts";
import { readSettings } from "./settings.ts";

const definition = defineExpert({
  module: "example.experts.vault.expert",
  name: "Vault",
  summary: "For tests.",
  params: z.object({ pin: z.string().optional().meta({ secret: true }), note: z.string().optional() }),
  create: () => ({ process: (event) => event }),
});

function textsOf(parameters: string): readonly string[] {
  const { settings } = readSettings(`bot: {module: m, parameters: ${parameters}}\n`, "/etc/weir/runtime.yaml", {
    environment: { KEY: "from-environment", CREDENTIALS_DIRECTORY: "/run/credentials" },
    secrets: {
      environment: { KEY: "from-environment", CREDENTIALS_DIRECTORY: "/run/credentials" },
      readFile: (path) => `of ${path}\n`,
    },
  });
  const [bot] = settings?.bots ?? [];
  if (bot === undefined) throw new Error("the bot was not understood");
  return secretTexts(bot, definition);
}

describe("secretTexts", () => {
  it("takes what name or schema call secret, the longest first", () => {
    expect(textsOf("{http_password: abc, pin: abcdef, note: public, filter_keys: [source.ip]}")).toEqual([
      "abcdef",
      "abc",
    ]);
  });

  it("looks into mappings and lists", () => {
    expect(textsOf("{auth_tokens: [one!, {x: two!!}], http_header: {Authorization: Basic xyz, Accept: text}}")).toEqual(
      ["Basic xyz", "two!!", "one!"],
    );
    expect(textsOf("{api_key: 12345, password: true, token: null, secret: ''}")).toEqual(["12345"]);
  });

  it("takes secrets put in by reference, at any depth, whatever they are called", () => {
    expect(
      textsOf(
        "{note: {$env: KEY}, servers: [{login: {$file: login.txt}}], extra: {user: {$credential: db}, plain: a}}",
      ),
    ).toEqual(["of /etc/weir/login.txt", "of /run/credentials/db", "from-environment"]);
  });

  it("takes passwords of URLs, as written and as meant", () => {
    expect(textsOf("{note: 'see https://u:p%40ss@example.net/ and ftp://u@example.net'}")).toEqual(["p%40ss", "p@ss"]);
  });
});
