import { z } from "zod";
import type { Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";

const goldsSchema = z.array(z.string());

/** Reference answers of a sealed task. Throws a TypeError for a task of another benchmark. */
export function goldsOf(task: Task, sealed: Sealed): readonly string[] {
  const parsed = goldsSchema.safeParse(sealed.fields.answers);
  if (!parsed.success) throw new TypeError(`task ${task.id} is not sealed as a DocVQA task`);
  return parsed.data;
}
