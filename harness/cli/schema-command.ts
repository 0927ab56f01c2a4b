import { join } from "node:path";
import { z } from "zod";
import { taskFileSchema } from "../agent/command/task-file.ts";
import { UsageError } from "../core/errors.ts";
import { analysisInputSchema, analysisOutputSchema, mergeInputSchema, mergeOutputSchema } from "../evolve/program/published.ts";
import { suggestion } from "../experiment/config/nearest-name.ts";
import { schemaTexts, writeSchemas } from "../experiment/config/write-schemas.ts";
import type { CliContext } from "./context.ts";

/** Schemas of what other people's programs read and write, by name. */
const published: Readonly<Record<string, { readonly schema: z.ZodType; readonly title: string; readonly io: "input" | "output" }>> = {
  "agent-task": { schema: taskFileSchema, title: "Task of an agent that is a program of its own (/task/task.json)", io: "output" },
  "analysis-input": { schema: analysisInputSchema, title: "What an analyst that is a program of its own reads", io: "output" },
  "analysis-output": { schema: analysisOutputSchema, title: "What an analyst that is a program of its own prints", io: "input" },
  "merge-input": { schema: mergeInputSchema, title: "What a merge step that is a program of its own reads", io: "output" },
  "merge-output": { schema: mergeOutputSchema, title: "What a merge step that is a program of its own prints", io: "input" },
};

/** `t2s schema [NAME] [--write]`: the JSON Schemas that editors use for config files, or the one that a program's author needs, generated from the zod schemas. */
export async function schemaCommand(name: string | undefined, options: { readonly write?: boolean }, context: CliContext): Promise<void> {
  if (name !== undefined) {
    const texts = schemaTexts();
    const found = published[name];
    const text =
      found === undefined
        ? texts[`${name}.schema.json`]
        : `${JSON.stringify({ title: found.title, ...z.toJSONSchema(found.schema, { io: found.io, unrepresentable: "any" }) }, null, 2)}\n`;
    const names = [...Object.keys(published), ...Object.keys(texts).map((file) => file.replace(".schema.json", ""))];
    if (text === undefined) throw new UsageError(`there is no schema ${JSON.stringify(name)}${suggestion(name, names)}`);
    return context.out(text);
  }
  if (options.write === true) for (const path of await writeSchemas(join(context.projectRoot, "configs/schema"))) context.out(`${path}\n`);
  else for (const text of Object.values(schemaTexts())) context.out(text);
}
