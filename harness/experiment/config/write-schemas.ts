import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { commandSpecSchema, experimentSpecSchema, modelSpecSchema } from "../../core/spec.ts";
import { suiteSpecSchema } from "../../core/suite-spec.ts";
import { paperTableSpecSchema } from "../../core/table-spec.ts";

/** JSON Schemas for editors by file name, made from the zod schemas that the loader uses (draft 7, which YAML language servers know best). */
export function schemaTexts(): Readonly<Record<string, string>> {
  const make = (schema: z.ZodType, title: string): string => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any", override: asWritten });
    return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
  };
  return {
    "experiment.schema.json": make(experimentSpecSchema, "Experiment of trace2skill-bench"),
    "suite.schema.json": make(suiteSpecSchema, "Suite of trace2skill-bench experiments"),
    "table.schema.json": make(paperTableSpecSchema, "Published table of trace2skill-bench"),
    "model.schema.json": make(modelSpecSchema, "Model of trace2skill-bench"),
  };
}

/** An agent with a command may be written without its kind, which is put in before its schema is applied; zod shows no default in front of such a step. */
function asWritten({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (zodSchema === commandSpecSchema) jsonSchema.required = jsonSchema.required?.filter((key) => key !== "kind");
  if (zodSchema === experimentSpecSchema.shape.agent) jsonSchema.default = experimentSpecSchema.shape.agent.parse(undefined);
}

/** Writes the JSON Schemas into a folder, which is made when missing, and returns their paths. */
export async function writeSchemas(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const files: string[] = [];
  for (const [name, text] of Object.entries(schemaTexts())) {
    files.push(path.join(dir, name));
    await writeFile(path.join(dir, name), text);
  }
  return files;
}
