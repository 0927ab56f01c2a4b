import Table from "cli-table3";
import type { SolverEstimate } from "../experiment/estimate.ts";
import type { LearningEstimate } from "../experiment/evolution/estimate-learning.ts";
import { rounded } from "./render-estimate.ts";

export interface SuiteEstimate {
  readonly experiment: string;
  readonly solvers: readonly SolverEstimate[];
  readonly learning: readonly LearningEstimate[];
}

const steps = ["episodes", "analyses", "patches", "merges", "validation"] as const;

/** `--dry-run` of a suite: a line for every member and their sum; what several members need is counted where it comes first. */
export function renderSuiteEstimate(name: string, estimates: readonly SuiteEstimate[]): string {
  const table = new Table({
    head: ["member", "episodes", "done", "shared", "missing", "to learn", "then to measure", "calls", "tokens", "cost"],
    style: { head: [], border: [] },
  });
  const lines = estimates.map((one) => ({ name: one.experiment, ...sumOf([one]) }));
  for (const line of [...lines, { name: "in all", ...sumOf(estimates) }])
    table.push([
      line.name,
      line.slots,
      line.done,
      line.shared,
      line.missing,
      `${line.atMost ? "up to " : ""}${line.learn}`,
      line.measure,
      rounded(line.calls),
      rounded(line.tokens),
      line.costUsd === undefined ? "unknown" : `$${line.costUsd.toFixed(2)}`,
    ]);
  return `${name}: ${estimates.length} experiments
${table.toString()}
"Shared" is in the store or made by a member above. "To learn" counts evolve episodes, analyses, patches, merge calls and validation episodes that nobody above needs;
"then to measure" the test episodes of arms that have to be learned first. Calls, tokens and cost are those of the missing episodes of arms that need no learning, from
episodes already run; a pilot such as --limit 5 makes them known.
`;
}

function sumOf(estimates: readonly SuiteEstimate[]) {
  const solvers = estimates.flatMap((one) => one.solvers);
  const learning = estimates.flatMap((one) => one.learning);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const known = (of: (one: SolverEstimate) => number | undefined): number | undefined => {
    const values = solvers.map((one) => (one.missing === 0 ? 0 : of(one)));
    return values.every((value) => value !== undefined) ? sum(values) : undefined;
  };
  return {
    slots: sum(solvers.map((one) => one.slots)),
    done: sum(solvers.map((one) => one.done)),
    shared: sum(solvers.map((one) => one.shared)),
    missing: sum(solvers.map((one) => one.missing)),
    learn: sum(learning.flatMap((one) => steps.map((step) => one[step].added))),
    atMost: learning.some((one) => steps.some((step) => one[step].atMost && one[step].added > 0)),
    measure: sum(learning.map((one) => one.measured)),
    calls: known((one) => one.calls),
    tokens: known((one) => one.tokens),
    costUsd: known((one) => one.costUsd),
  };
}
