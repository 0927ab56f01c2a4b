import { z } from "zod";
import type { Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import type { Target } from "./check-denotation.ts";

const fieldsSchema = z.object({ target_value: z.array(z.string()).min(1), target_canon: z.array(z.string()) });

/** What a sealed task asks for. Throws a TypeError when it was not sealed by this benchmark. */
export function targetOf(task: Pick<Task, "id">, sealed: Sealed): Target {
  const fields = fieldsSchema.safeParse(sealed.fields);
  if (!fields.success) throw new TypeError(`task ${task.id} is not sealed as a WikiTableQuestions task`);
  return { values: fields.data.target_value, canon: fields.data.target_canon };
}
