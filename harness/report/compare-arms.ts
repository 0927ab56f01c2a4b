import { differenceInterval, type IntervalOptions } from "../stats/choose-interval.ts";
import { estimate } from "../stats/cluster-column.ts";
import { mcnemarTest } from "../stats/mcnemar.ts";
import { minimumDetectable } from "../stats/minimum-detectable.ts";
import { signFlipTest } from "../stats/sign-flip.ts";
import { signFlipInterval } from "../stats/sign-flip-interval.ts";
import { erroredAs, pairedColumn, type Slot } from "../stats/slot-columns.ts";
import { type ArmRows, type Collected, repOf } from "./collect-cells.ts";
import type { Draft } from "./conclude.ts";
import { countSimulated } from "./count-usage.ts";
import { draftMethods, methodPair } from "./method-arms.ts";
import { noSolver, type TableDesign, type TableMetric } from "./table-design.ts";

/**
 * All comparisons of one table: the declared ones, and every other arm against the baseline (shown, not tested). Only the first metric of
 * a declared comparison is tested: Soft and Hard are one hypothesis. An arm without a model is compared with the other arm's every solver.
 */
export function draftComparisons(
  collected: Collected,
  options: {
    design: TableDesign;
    slotsOf: (arm: ArmRows, metric: TableMetric) => readonly Slot[];
    metrics: readonly TableMetric[];
    interval: IntervalOptions & { draws?: number };
    incomplete: (arm: ArmRows) => boolean;
  },
): readonly Draft[] {
  const { design, slotsOf, metrics, interval, incomplete } = options;
  const drafts: Draft[] = [];
  for (const { arm, reference, declared } of pairsOf(design)) {
    const method = methodPair(collected.methods, arm, reference);
    for (const { left, right, solver } of columnsOf(collected, arm, reference)) {
      const instead = method?.solvers.includes(solver) === true ? method.label : undefined;
      const sameEpisodes = areSameEpisodes(left, right);
      metrics.forEach((metric, index) => {
        const tested = declared && index === 0 && !sameEpisodes && instead === undefined;
        drafts.push({
          arm,
          reference,
          solver,
          metric: metric.name,
          declared,
          sameEpisodes,
          incomplete: incomplete(left) || incomplete(right),
          ...compareSlots(slotsOf(left, metric), slotsOf(right, metric), metric, tested, interval),
          estimand: "skill",
          evolution: null,
          ...(instead === undefined ? {} : { instead }),
          simulated: countSimulated([...left.rows, ...right.rows]),
        });
      });
    }
    if (method !== undefined)
      drafts.push(
        ...draftMethods(method, declared, { slotsOf, metrics, incomplete, single: (name, solver) => armOf(collected, name, solver) }),
      );
  }
  return drafts;
}

function compareSlots(
  a: readonly Slot[],
  b: readonly Slot[],
  { over }: TableMetric,
  tested: boolean,
  options: IntervalOptions & { draws?: number },
): Pick<Draft, "difference" | "interval" | "intervalAt" | "pairs" | "clusters" | "p" | "mcnemar" | "detectable" | "errorBounds"> {
  const column = pairedColumn(a, b, over);
  const clusters = column.clusters.length;
  const interval = differenceInterval(column, options);
  const anyErrored = [...a, ...b].some((slot) => slot.state === "errored");
  const bound = (left: 0 | 1) => estimate(pairedColumn(erroredAs(a, left), erroredAs(b, left === 0 ? 1 : 0), over));
  return {
    difference: clusters === 0 ? null : estimate(column),
    interval,
    // What the test that concludes does not reject, so that the two cannot disagree.
    intervalAt: (level) => signFlipInterval(column, { level, range: { low: -1, high: 1 }, seed: options.seed, draws: options.draws }),
    pairs: column.pairs,
    clusters,
    p: tested && clusters > 0 ? signFlipTest(column, { seed: options.seed, draws: options.draws }).p : null,
    mcnemar: tested ? mcnemarTest(a, b) : null,
    detectable: interval === null ? null : minimumDetectable(interval),
    errorBounds: anyErrored ? { low: bound(0), high: bound(1) } : null,
  };
}

interface Pair {
  readonly arm: string;
  readonly reference: string;
  readonly declared: boolean;
}

/** Declared comparisons with the baseline on the right, then the arms that none of them sets against the baseline. */
function pairsOf({ arms, baseline, contrasts }: TableDesign): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [a, b] of contrasts) {
    const [arm, reference] = a === baseline ? [b, a] : [a, b];
    if (arm !== reference) pairs.set(`${arm}\u0000${reference}`, { arm, reference, declared: true });
  }
  if (baseline !== undefined) {
    for (const { name } of arms) {
      const id = `${name}\u0000${baseline}`;
      if (name !== baseline && !pairs.has(id)) pairs.set(id, { arm: name, reference: baseline, declared: false });
    }
  }
  const position = new Map(arms.map((arm, index) => [arm.name, index]));
  return [...pairs.values()].sort((x, y) => (position.get(x.arm) ?? 0) - (position.get(y.arm) ?? 0));
}

/** An arm in a solver's column; one without a model stands in all of them. */
function armOf({ arms }: Collected, name: string, solver: string): ArmRows | undefined {
  return (
    arms.find((rows) => rows.arm === name && rows.solver === solver) ?? arms.find((rows) => rows.arm === name && rows.solver === noSolver)
  );
}

function columnsOf(collected: Collected, arm: string, reference: string): readonly { left: ArmRows; right: ArmRows; solver: string }[] {
  const cell = (name: string, solver: string) => armOf(collected, name, solver);
  const columns = [];
  for (const solver of collected.solvers) {
    const left = cell(arm, solver);
    const right = cell(reference, solver);
    if (left === undefined || right === undefined) continue;
    // Only where one of the two was really measured in this column.
    if (left.solver === solver || right.solver === solver) columns.push({ left, right, solver });
  }
  return columns;
}

/** By arm and solver the first arm above it with the same episodes; arms without one are left out. */
export function findIdentical(arms: readonly ArmRows[]): ReadonlyMap<ArmRows, ArmRows> {
  const found = new Map<ArmRows, ArmRows>();
  arms.forEach((right, index) => {
    const candidates = arms.slice(0, index).filter((left) => left.arm !== right.arm && left.solver === right.solver && !found.has(left));
    const left = candidates.find((one) => areSameEpisodes(one, right));
    if (left !== undefined) found.set(right, left);
  });
  return found;
}

/** Arms with one configuration share their rollouts: equal keys in every slot both have. */
export function areSameEpisodes(left: ArmRows, right: ArmRows): boolean {
  const keys = new Map(left.rows.map((row) => [`${row.cluster}\u0000${row.task}\u0000${repOf(row)}`, row.key]));
  let shared = 0;
  for (const row of right.rows) {
    const key = keys.get(`${row.cluster}\u0000${row.task}\u0000${repOf(row)}`);
    if (key === undefined) continue;
    if (key !== row.key) return false;
    shared++;
  }
  return shared > 0;
}
