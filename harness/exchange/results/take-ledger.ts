import { UsageError } from "../../core/errors.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import type { TableDesign } from "../../report/table-design.ts";
import { listed } from "./read-records.ts";
import type { ResultFile, ResultRow, TakeOptions } from "./result-file.ts";

/** What to take of an experiment: `quickstart:evolved:sim-large:spreadsheetbench`, as far as there is something to choose. */
export interface LedgerChoice {
  readonly arm?: string;
  readonly solver?: string;
  readonly benchmark?: string;
}

/** One arm of an experiment with one model on one benchmark. `score` names a scorer, `cluster` may be cluster, task or type. Throws UsageError with the choices there are. */
export function takeLedger(
  name: string,
  { design, measured }: { readonly design: TableDesign; readonly measured: readonly LedgerEpisode[] },
  choice: LedgerChoice,
  options: TakeOptions,
): ResultFile {
  const base = design.experiment;
  const arms = design.arms.map((arm) => arm.name).filter((arm) => measured.some((row) => row.arm === arm));
  const arm = choose(
    choice.arm,
    arms,
    (known) => `${name}: choose one of its arms, for example ${base}:${known[0]}; it has ${listed(known)}`,
  );
  const ofArm = measured.filter((row) => row.arm === arm);
  const solvers = [...new Set(ofArm.map((row) => row.solver))];
  const solver = choose(
    choice.solver,
    solvers,
    (known) => `${name}: choose one of the models of arm ${arm}, for example ${base}:${arm}:${known[0]}; it has ${listed(known)}`,
  );
  const ofSolver = ofArm.filter((row) => row.solver === solver);
  const benchmarks = [...new Set(ofSolver.map((row) => row.benchmark))];
  const benchmark = choose(
    choice.benchmark,
    benchmarks,
    (known) => `${name}: choose one of its benchmarks, for example ${base}:${arm}:${solver}:${known[0]}; it has ${listed(known)}`,
  );
  const designed = design.benchmarks.find((one) => one.id === benchmark);
  if (designed === undefined)
    throw new UsageError(`${name} has episodes of ${benchmark}, which its lock file does not know; run its config again`);
  const scorer = options.score ?? designed.scorer;
  if (!designed.scorers.includes(scorer))
    throw new UsageError(`${name} has no scorer "${scorer}"; it has ${listed(designed.scorers)}: choose one with --score`);
  const { cluster } = options;
  if (cluster !== undefined && !["cluster", "task", "type"].includes(cluster))
    throw new UsageError(`${name} has no field "${cluster}" to cluster by; a ledger has cluster, task and type`);
  const own = designed.metricsByScorer?.[scorer] ?? [];
  return {
    name,
    format: `ledger, arm ${arm} with ${solver}`,
    took: `scorer ${scorer}`,
    metrics: own.length > 0 ? own : designed.metrics,
    rows: ofSolver
      .filter((row) => row.benchmark === benchmark)
      .map((row, i): ResultRow => {
        const outcome = row.outcomes.find(
          ({ outcome: one }) => (one.state === "graded" ? one.score.scorer : one.scorer) === scorer,
        )?.outcome;
        const { key, rep, simulated, imported, flags } = row;
        return {
          task: row.task,
          cluster: cluster === "task" ? row.task : cluster === "type" ? (row.taskType ?? null) : row.cluster,
          seed: `${rep.seed}/${rep.attempt}/${rep.replica}`,
          score: outcome?.state === "graded" ? outcome.score : null,
          state: outcome?.state ?? (row.state === "errored" ? "errored" : "ungraded"),
          where: `row ${i + 1}`,
          ledger: { key, rep, simulated, imported, flags },
        };
      }),
  };
}

function choose(wanted: string | undefined, known: readonly string[], ask: (known: readonly string[]) => string): string {
  const [only] = known;
  if (wanted === undefined && only !== undefined && known.length === 1) return only;
  if (wanted === undefined || !known.includes(wanted))
    throw new UsageError(wanted === undefined ? ask(known) : `there is no "${wanted}" in ${ask(known)}`);
  return wanted;
}
