/** `weir schema`: a JSON Schema of runtime.yaml with all bots. */
import { writeFileSync } from "node:fs";
import { catalogue } from "@weir/bots/catalogue";
import { runtimeSchema } from "@weir/engine/config";
import type { GlobalOptions } from "../session.ts";

export async function run(options: GlobalOptions & { readonly output?: string }): Promise<void> {
  const text = `${JSON.stringify(await runtimeSchema(catalogue), null, 2)}\n`;
  if (options.output === undefined) process.stdout.write(text);
  else writeFileSync(options.output, text);
}
