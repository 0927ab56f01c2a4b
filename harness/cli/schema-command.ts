import { join } from "node:path";
import { schemaTexts, writeSchemas } from "../experiment/config/write-schemas.ts";
import type { CliContext } from "./context.ts";

/** `t2s schema [--write]`: the JSON Schemas that editors use for config files, generated from the zod schemas. */
export async function schemaCommand(options: { readonly write?: boolean }, context: CliContext): Promise<void> {
  if (options.write === true) for (const path of await writeSchemas(join(context.projectRoot, "configs/schema"))) context.out(`${path}\n`);
  else for (const text of Object.values(schemaTexts())) context.out(text);
}
