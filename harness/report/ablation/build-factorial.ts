import { differenceInterval, drawsOf } from "../../stats/choose-interval.ts";
import { type ClusterColumn, estimate } from "../../stats/cluster-column.ts";
import { contrastColumn, firstShares, type JointUnits, joinUnits, rankColumns } from "../../stats/contrasts.ts";
import { crossedInterval } from "../../stats/crossed-interval.ts";
import { countSimulated } from "../count-usage.ts";
import { fixed } from "../number-text.ts";
import type { TableMetric } from "../table-design.ts";
import type { FactorialDesign } from "./ablation-design.ts";
import type { Effect, FactorialTable, RankedFactor } from "./ablations.ts";
import { type AblationOptions, incompleteOf } from "./build-sweeps.ts";
import { confounded, interactionWeights, levelPairs, mainWeights } from "./effect-weights.ts";
import { pooledSlots, rowsOfMembers } from "./point-slots.ts";

/** One table for every metric and, unless the solver is a factor, every solver. */
export function buildFactorials(design: FactorialDesign, options: AblationOptions): FactorialTable[] {
  const solverVaries = design.runs.some(({ solver }) => solver !== undefined);
  const solvers = solverVaries
    ? [null]
    : options.collected.solvers.filter((solver) =>
        design.runs.some(({ members }) => rowsOfMembers(options.collected.arms, members, solver).length > 0),
      );
  return solvers.flatMap((solver) => options.metrics.map((metric) => buildFactorial(design, solver, metric, options)));
}

function buildFactorial(design: FactorialDesign, solver: string | null, metric: TableMetric, options: AblationOptions): FactorialTable {
  const { place, collected } = options;
  const cells = design.runs.map((run) => ({ run, arms: rowsOfMembers(collected.arms, run.members, run.solver ?? solver ?? "") }));
  const missing = cells.flatMap(({ run, arms }) => {
    const why = incompleteOf(arms, run.members, place.scorer);
    return why === null || arms.some(({ rows }) => rows.length > 0) ? [] : [`${run.label}: ${why}`];
  });
  const joint = joinUnits(
    cells.map(({ arms }) => pooledSlots(arms, place.scorer, metric)),
    metric.over,
  );
  const seeds = Math.min(...cells.map(({ run }) => run.members.length));
  /** Every evolution seed by itself, where all runs were learned with the same ones. */
  const jointOfSeeds = cells.every(({ run }) => run.members.length === seeds)
    ? Array.from({ length: seeds }, (_, i) =>
        joinUnits(
          cells.map(({ run, arms }) =>
            pooledSlots(
              arms.filter(({ arm }) => arm === run.members[i]),
              place.scorer,
              metric,
            ),
          ),
          metric.over,
        ),
      )
    : [];
  const clusters = new Set(joint.units.map(({ cluster }) => cluster)).size;
  const incomplete =
    missing.length > 0
      ? `${missing.length} of ${cells.length} runs are missing, the first: ${missing[0]}`
      : clusters < 2
        ? "fewer than two clusters of tasks are graded in every run"
        : null;
  const base = {
    ...place,
    arm: design.arm,
    label: design.label,
    fraction: design.fraction,
    solver,
    metric,
    runs: cells.length,
    pairs: joint.units.length,
    clusters,
    incomplete,
    simulated: countSimulated(cells.flatMap(({ arms }) => arms.flatMap(({ rows }) => rows))),
  };
  if (incomplete !== null) return { ...base, effects: [], ranking: [], rivals: [], conclusion: `No effects: ${incomplete}.` };
  const { ranking, rivals } = rank(design, joint, options);
  return { ...base, effects: effectsOf(design, joint, jointOfSeeds, options), ranking, rivals, conclusion: conclude(ranking, rivals) };
}

function effectsOf(design: FactorialDesign, joint: JointUnits, seeds: readonly JointUnits[], options: AblationOptions): Effect[] {
  const names = design.factors.map(({ name }) => name);
  const effect = (weights: readonly number[], factors: readonly string[], levels: Effect["levels"]): Effect => {
    const column = contrastColumn(joint, weights);
    return {
      factors,
      levels,
      estimate: estimate(column),
      interval: differenceInterval(column, options.interval),
      ofMethod: crossedInterval(
        seeds.map((seed) => contrastColumn(seed, weights)),
        { range: { low: -1, high: 1 } },
      ),
      confoundedWith: confounded(factors, names, design.fraction),
    };
  };
  const plain = ({ first, other }: { readonly first: string; readonly other: string }) => ({ first, other });
  const mains = design.factors.flatMap((factor) =>
    levelPairs(factor).map((pair) => effect(mainWeights(design.runs, pair), [factor.name], [plain(pair)])),
  );
  const pairs = design.factors.flatMap((a, i) =>
    design.factors
      .slice(i + 1)
      .flatMap((b) =>
        levelPairs(a).flatMap((x) =>
          levelPairs(b).map((y) => effect(interactionWeights(design.runs, x, y), [a.name, b.name], [plain(x), plain(y)])),
        ),
      ),
  );
  return [...mains, ...pairs];
}

/** Factors by what their first level is worth against their last one. */
function rank(design: FactorialDesign, joint: JointUnits, { interval }: AblationOptions): Pick<FactorialTable, "ranking" | "rivals"> {
  const worth = design.factors.map((factor) => {
    const pair = levelPairs(factor).at(-1);
    return { factor: factor.name, weights: pair === undefined ? [] : mainWeights(design.runs, pair) };
  });
  const columns = worth.map(({ weights }) => contrastColumn(joint, weights));
  const shares = firstShares(columns, drawsOf(interval));
  const order = rankColumns(columns);
  const ranking = order.map((index, place): RankedFactor => {
    const column: ClusterColumn = columns[index] ?? contrastColumn(joint, []);
    return {
      factor: worth[index]?.factor ?? "",
      rank: place + 1,
      estimate: estimate(column),
      interval: differenceInterval(column, interval),
      firstShare: shares[index] ?? 0,
    };
  });
  const neighbours = order.slice(1).map((less, i) => [order[i] ?? 0, less] as const);
  const [diagnosis, merge] = ["diagnosis", "merge"].map((name) => worth.findIndex(({ factor }) => factor === name));
  const asked = diagnosis === undefined || merge === undefined || diagnosis < 0 || merge < 0 ? [] : [[diagnosis, merge] as const];
  const inOrder = asked.map(([a, b]) => (order.indexOf(a) < order.indexOf(b) ? ([a, b] as const) : ([b, a] as const)));
  const pairs = [...neighbours, ...inOrder.filter(([a, b]) => !neighbours.some(([x, y]) => x === a && y === b))];
  const rivals = pairs.map(([a, b]) => {
    const weights = (worth[a]?.weights ?? []).map((weight, i) => weight - (worth[b]?.weights[i] ?? 0));
    const column = contrastColumn(joint, weights);
    return {
      more: worth[a]?.factor ?? "",
      less: worth[b]?.factor ?? "",
      difference: estimate(column),
      interval: differenceInterval(column, interval),
    };
  });
  return { ranking, rivals };
}

const pp = (share: number): string => `${share > 0 ? "+" : ""}${fixed(share * 100, 1)}`;

function conclude(ranking: FactorialTable["ranking"], rivals: FactorialTable["rivals"]): string {
  const [first] = ranking;
  if (first === undefined) return "";
  const asked = rivals.find(({ more, less }) => (more === "diagnosis" && less === "merge") || (more === "merge" && less === "diagnosis"));
  const lead = `Worth most: ${first.factor}, ${pp(first.estimate)} pp (first in ${fixed(first.firstShare * 100, 0)} % of resamples of the tasks).`;
  if (asked?.interval === undefined || asked.interval === null) return lead;
  const range = `${pp(asked.difference)} pp [${pp(asked.interval.low)}, ${pp(asked.interval.high)}]`;
  const told = asked.interval.low > 0;
  return told
    ? `${lead} Diagnosis or merge? ${asked.more}, by ${range}.`
    : `${lead} Diagnosis or merge? These tasks cannot tell: ${asked.more} minus ${asked.less} is ${range}.`;
}
