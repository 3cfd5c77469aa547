/** JSON Schema of runtime.yaml, with every bot of a catalogue: for completion and checks in editors, and for forms. */
import { z } from "zod";
import type { Catalogue } from "../definition/catalogue.ts";
import { feedParameters, parserParameters, runtimeParameters } from "../definition/common-parameters.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { schemasOf } from "../definition/parse-parameters.ts";
import { commonParameters } from "./known-parameters.ts";
import { weirBotSchema, weirGlobalSchema } from "./weir-settings.ts";

/** A JSON Schema, draft 7 (which editors know best). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The schema of a runtime.yaml whose bots are in the catalogue; modules from outside are let through. */
export async function runtimeSchema(catalogue: Catalogue): Promise<JsonSchema> {
  const definitions: Record<string, JsonSchema> = { bot: {}, secret: secretReference, destinations };
  const choices: JsonSchema[] = [];
  const modules: JsonSchema[] = [];
  for (const module of catalogue.modules()) {
    const definition = await catalogue.load(module);
    if (definition === undefined) continue;
    definitions[module] = parametersSchema(definition);
    modules.push({ const: module, title: definition.name, description: definition.summary });
    const names = [module, ...(definition.aliases ?? [])];
    for (const alias of names.slice(1)) modules.push({ const: alias, description: `Older name of ${module}.` });
    choices.push({
      if: { properties: { module: { enum: names } }, required: ["module"] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits this object
      then: { description: definition.summary, properties: { parameters: { $ref: `#/definitions/${module}` } } },
    });
  }
  definitions.bot = botSchema(modules, choices);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "runtime.yaml",
    description: "A botnet: one entry per bot, and `global` for what all share.",
    type: "object",
    properties: { global: globalSchema() },
    patternProperties: { "^(?!global$)[0-9a-zA-Z-]+$": { $ref: "#/definitions/bot" } },
    additionalProperties: false,
    definitions,
  };
}

/** The schema of a bot's `parameters`. */
export function parametersSchema(definition: AnyDefinition): JsonSchema {
  const properties: Record<string, unknown> = { ...queueParameters, ...otherCommon() };
  const required: string[] = [];
  for (const { part, schema } of schemasOf(definition)) {
    const converted = inputSchema(schema);
    for (const [name, property] of Object.entries(propertiesOf(converted))) properties[name] = orSecret(property);
    if (part === "params" && Array.isArray(converted.required)) required.push(...converted.required);
  }
  return {
    title: definition.name,
    description: definition.notes ?? definition.summary,
    type: ["object", "null"],
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function botSchema(modules: readonly JsonSchema[], choices: readonly JsonSchema[]): JsonSchema {
  return {
    type: "object",
    properties: {
      module: {
        description: "The bot to run: a module name of IntelMQ, a file (./my-bot.js) or a package (my-package/bot).",
        anyOf: [{ oneOf: modules }, { type: "string", pattern: "^(?!intelmq\\.|weir\\.)" }],
      },
      group: { description: "Kind of the bot.", enum: ["Collector", "Parser", "Expert", "Output"] },
      name: {
        description: "Name for people; of a collector also the feed's name.",
        type: ["string", "number", "null"],
      },
      description: { description: "What the bot is for.", type: ["string", "null"] },
      enabled: { description: "False: not started with the botnet.", type: "boolean", default: true },
      run_mode: {
        description: "`scheduled`: ends after one successful round.",
        enum: ["continuous", "scheduled"],
        default: "continuous",
      },
      groupname: { description: "Written by IntelMQ's Manager, without effect." },
      bot_id: { description: "Written by IntelMQ's Manager, without effect." },
      parameters: { type: ["object", "null"] },
      weir: inputSchema(weirBotSchema),
    },
    required: ["module"],
    additionalProperties: false,
    allOf: choices,
  };
}

function globalSchema(): JsonSchema {
  const properties: Record<string, unknown> = { ...queueParameters, ...otherCommon() };
  for (const schema of [runtimeParameters, feedParameters, parserParameters]) {
    for (const [name, property] of Object.entries(propertiesOf(inputSchema(schema))))
      properties[name] = orSecret(property);
  }
  properties.weir = inputSchema(weirGlobalSchema);
  return { description: "Parameters of all bots; a bot's own win.", type: ["object", "null"], properties };
}

const destinations: JsonSchema = {
  description: "Queues to send to: a mapping of paths to lists of queues, or a list for the path _default.",
  anyOf: [
    {
      type: "object",
      properties: {
        _default: { $ref: "#/definitions/destinations/definitions/queues", description: "What has no other path." },
        _on_error: { $ref: "#/definitions/destinations/definitions/queues", description: "Messages that failed." },
      },
      additionalProperties: { $ref: "#/definitions/destinations/definitions/queues" },
    },
    { type: ["array", "string", "null"], items: { type: "string" } },
    { const: false },
  ],
  definitions: { queues: { type: ["array", "string"], items: { type: "string" } } },
};

const secretReference: JsonSchema = {
  description: "A secret from elsewhere.",
  anyOf: [
    { ...single("$env", "Name of an environment variable.") },
    { ...single("$file", "Path of a file, from the directory of runtime.yaml.") },
    { ...single("$credential", "Name of a systemd credential.") },
  ],
};

function single(name: string, description: string): JsonSchema {
  return {
    type: "object",
    properties: { [name]: { type: "string", description } },
    required: [name],
    additionalProperties: false,
  };
}

const queueParameters: JsonSchema = {
  source_queue: { description: "Queue that the bot reads. Default: <id>-queue.", type: ["string", "null"] },
  destination_queues: { $ref: "#/definitions/destinations" },
};

/** Common parameters of IntelMQ that have no schema here: known, anything goes. */
function otherCommon(): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const name of commonParameters) if (!(name in queueParameters)) properties[name] = {};
  return properties;
}

function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // Left out by zod for what is transformed; ours may be written as they are.
      const { def } = zodSchema._zod;
      if (def.type === "default" && "defaultValue" in def) jsonSchema.default ??= asJson(def.defaultValue);
      if (jsonSchema.secret === true) jsonSchema.writeOnly = true;
      for (const own of ["secret", "keepsKinds"]) delete jsonSchema[own];
    },
  });
  return converted;
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, unknown>> {
  // `properties` of an object's schema is a mapping of schemas.
  return typeof properties === "object" && properties !== null ? (properties as Record<string, unknown>) : {};
}

/** A parameter, a reference to a secret, or null for "not set"; what the schema says about itself stays on top. */
function orSecret(property: unknown): JsonSchema {
  const {
    description,
    default: standard,
    ...rest
  } = typeof property === "object" && property !== null ? { ...propertiesAsSchema(property) } : {};
  return {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    anyOf: [rest, { $ref: "#/definitions/secret" }, { type: "null" }],
  };
}

function asJson(value: unknown): NonNullable<z.core.JSONSchema.JSONSchema["default"]> {
  return JSON.parse(JSON.stringify(value));
}

function propertiesAsSchema(property: object): JsonSchema {
  return Object.fromEntries(Object.entries(property));
}
