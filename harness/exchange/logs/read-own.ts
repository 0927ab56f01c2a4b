import { trajectorySchema } from "../../core/record.ts";
import { type Members, membersOf, nameIn } from "./json-parts.ts";
import type { LogRun } from "./log-run.ts";
import { outcomeIn, taskIn } from "./outcome-fields.ts";

/** Whether a value is a trajectory of this program, bare or with its row as `t2s show KEY --json` prints it. */
export function isOwn(value: unknown): boolean {
  const log = membersOf(value);
  const bare = membersOf(log?.trajectory) ?? log;
  return bare?.v === 1 && Array.isArray(bare.steps) && typeof bare.system === "string" && typeof bare.user === "string";
}

/** A trajectory of this program as a run. A clause says why it cannot be read. */
export function readOwn(value: unknown, passAt: number): LogRun | { readonly problem: string } {
  const log: Members = membersOf(value) ?? {};
  const row = membersOf(log.row);
  const read = trajectorySchema.safeParse(membersOf(log.trajectory) ?? log);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { problem: `is no trajectory of this program (${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unreadable"})` };
  }
  const { steps } = read.data;
  if (steps.length === 0) return { problem: "has no turn of an agent" };
  // Pictures lie in the store they were made in.
  const pictures = steps.reduce((sum, { images }) => sum + (images?.length ?? 0), 0);
  return {
    trajectory: { ...read.data, steps: steps.map(({ images: _elsewhere, ...step }) => step) },
    task: taskIn(row ?? log),
    session: nameIn(row?.key),
    outcome: outcomeIn(row ?? log, passAt),
    notes: pictures > 0 ? [`${pictures} pictures`] : [],
  };
}
