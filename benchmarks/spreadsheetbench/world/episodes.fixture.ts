/** Tests' own evolve split: sample tasks, what their workbooks show, and logs of episodes that were played without a sandbox. */

import type { Plan } from "../../../harness/core/world.ts";
import { planSample } from "../sample/plan.ts";
import { world } from "../world.ts";
import { messageFor, seenBy } from "./bench.fixture.ts";

export interface SampleTask {
  readonly id: string;
  readonly message: string;
  /** What the look command prints. */
  readonly look: string;
  readonly plan: Plan;
  readonly half: "evolve" | "test";
}

export async function sampleTasks(seed: number, count: number): Promise<readonly SampleTask[]> {
  return await Promise.all(
    planSample(seed, count).map(async (task) => {
      const drawn = task.draft.draw(task.values.fork("case", 1));
      const message = await messageFor(task.draft, drawn.input);
      const look = seenBy(drawn.input);
      const plan = world.playbook?.open(message)?.plan(look);
      if (plan === undefined) throw new Error(`task ${task.id} is not understood`);
      return { id: String(task.id), message, look, plan, half: task.half };
    }),
  );
}

const block = (text: string, language = "") => `\`\`\`${language}\n${text}\n\`\`\``;

/** A log in the form analysts are given, of an agent that sprang the given traps. */
export function logOf(task: SampleTask, sprung: readonly string[], extra = ""): string {
  const moves = task.plan.moves(new Set(sprung));
  const look = world.playbook?.open(task.message)?.look;
  const observed = [task.look, "The command ran and printed nothing.", "saved output.xlsx", "Sheet: B2=1 B3=(empty)"];
  const turns = [look, ...moves].map(
    (move, i) =>
      `## Turn ${i + 1}\n\nThought:\n\n${block(move?.thought ?? "")}\n\nAction:\n\n${block(move?.command ?? "", "bash")}\n\nObservation:\n\n${block(observed[i] ?? "")}`,
  );
  return ["# Log of the episode", `## Task\n\n${block(task.message)}`, ...turns, extra, "## End\n\nExit: completed, after 5 turns.\n"]
    .filter((part) => part !== "")
    .join("\n\n");
}
