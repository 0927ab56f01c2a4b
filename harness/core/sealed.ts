import { z } from "zod";
import { fileRefSchema, jsonSchema } from "./record.ts";

/**
 * Ground truth of a task. Only benchmarks, evaluate/, evolve/ and experiment/ may import this file (the linter enforces it):
 * a rollout must be unable to name what it may not see. Its hash is part of score keys only.
 */
export const sealedSchema = z.object({
  files: z.array(fileRefSchema).readonly(),
  fields: z.record(z.string(), jsonSchema),
});
export type Sealed = z.infer<typeof sealedSchema>;
