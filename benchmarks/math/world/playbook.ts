/** How the simulated solver works on a mathematical problem: it understands the text or it does not, and then answers at once. */
import type { Approach, Plan, Playbook } from "../../../harness/core/world.ts";
import type { FamilySolver, Job } from "./family.ts";
import { plainOf, readProblem } from "./reading.ts";

/** The playbook over the given families; the first that understands a problem solves it. */
export function playbookOf(families: readonly FamilySolver[]): Playbook {
  return {
    open(firstMessage) {
      const problem = readProblem(firstMessage);
      return problem === undefined ? undefined : approach(plainOf(problem), families);
    },
  };
}

function approach(text: string, families: readonly FamilySolver[]): Approach {
  return {
    plan: () => plan(text, families),
    flounder: [],
    guess: "I do not see how this can be solved, so I guess.\n\n\\boxed{0}",
  };
}

function plan(text: string, families: readonly FamilySolver[]): Plan | undefined {
  for (const family of families) {
    const job = family.understand(text);
    // A story in which something is divided by nothing has no answer.
    if (job === undefined || /NaN|Infinity/.test([new Set<string>(), new Set(job.traps)].map((sprung) => reply(job, sprung)).join()))
      continue;
    return { family: family.id, traps: job.traps, moves: () => [], answer: (sprung) => reply(job, sprung) };
  }
  return undefined;
}

function reply(job: Job, sprung: ReadonlySet<string>): string {
  const { lines, answer } = job.work(sprung);
  return `${lines.join("\n")}\nSo this is my answer:\n\\boxed{${answer}}`;
}
