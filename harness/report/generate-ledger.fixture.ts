/** Ledgers for the tests of this folder: generated from a seed, in the shape a run leaves behind. */
import { sha256 } from "../core/json.ts";
import { type LedgerEpisode, ledgerEpisodeSchema } from "../core/record.ts";
import { seededRandom } from "../stats/random.ts";
import type { TableDesign } from "./table-design.ts";

export interface LedgerPlan {
  readonly seed: string;
  readonly clusters: number;
  /** Cases of cluster i: 1 + i % cases. */
  readonly cases: number;
  readonly arms: Readonly<Record<string, number>>;
  readonly solvers?: readonly string[];
  readonly seeds?: readonly number[];
  readonly attempts?: number;
  /** Shares of slots. */
  readonly errored?: number;
  readonly ungraded?: number;
  readonly simulated?: LedgerEpisode["simulated"];
  readonly scorers?: readonly string[];
  /** Fractional scores instead of verdicts. */
  readonly fractional?: boolean;
}

export const bothMetrics = [
  { name: "soft", over: "cluster-mean", label: "Soft" },
  { name: "hard", over: "cluster-all", label: "Hard" },
  { name: "accuracy", over: "episode", label: "Accuracy" },
  { name: "pass@k", over: "attempt-any", label: "pass@k" },
] as const;

export function planDesign(plan: LedgerPlan, more: Partial<TableDesign> = {}): TableDesign {
  const arms = Object.keys(plan.arms);
  const tasks = Array.from({ length: plan.clusters }, (_, c) => 1 + (c % plan.cases)).reduce((sum, n) => sum + n, 0);
  const [baseline = ""] = arms;
  return {
    experiment: "generated",
    title: "Generated",
    benchmarks: [{ id: "bench", split: "sample", scorer: "strict", scorers: plan.scorers ?? ["strict"], metrics: [...bothMetrics], tasks }],
    arms: arms.map((name) => ({ name })),
    solvers: plan.solvers ?? ["m"],
    baseline,
    contrasts: arms.slice(1).map((arm) => [arm, baseline] as const),
    seeds: plan.seeds ?? [41, 42, 43],
    attempts: plan.attempts ?? 1,
    replicas: 1,
    ...more,
  };
}

export function generateLedger(plan: LedgerPlan): LedgerEpisode[] {
  const random = seededRandom(plan.seed);
  const rows: LedgerEpisode[] = [];
  const scorers = plan.scorers ?? ["strict"];
  for (let c = 0; c < plan.clusters; c++) {
    const ease = random.uniform() - 0.5;
    for (let t = 0; t <= c % plan.cases; t++) {
      const ungraded = random.uniform() < (plan.ungraded ?? 0);
      for (const [arm, rate] of Object.entries(plan.arms))
        for (const solver of plan.solvers ?? ["m"])
          for (const [seed, attempt] of (plan.seeds ?? [41, 42, 43]).flatMap((s) =>
            Array.from({ length: plan.attempts ?? 1 }, (_, a) => [s, a] as const),
          )) {
            const errored = random.uniform() < (plan.errored ?? 0);
            const value = plan.fractional
              ? Math.round(Math.min(1, Math.max(0, rate + ease * random.uniform())) * 1e4) / 1e4
              : Number(random.uniform() < rate + ease);
            const key = sha256(`${arm} ${solver} ${c} ${t} ${seed}${attempt === 0 ? "" : ` ${attempt}`}`);
            rows.push({
              type: "episode",
              v: 1,
              key,
              arm,
              guidance: arm,
              solver,
              benchmark: "bench",
              split: "sample",
              task: `${c}-${t}`,
              cluster: `${c}`,
              flags: c === 1 ? ["passes-untouched"] : c === 2 ? ["cannot-pass"] : [],
              rep: { seed, attempt, replica: 0 },
              simulated: plan.simulated ?? [],
              state: errored ? "errored" : ungraded ? "ungraded" : "graded",
              ...(errored
                ? { outcomes: [], error: { class: "timeout", message: "no answer" } }
                : {
                    exit: "completed",
                    turns: 3 + (c % 3),
                    formatErrors: c % 2,
                    usage: { calls: 3, promptTokens: 1000, completionTokens: 100, reasoningTokens: 0, cachedTokens: 0 },
                    volatile: { startedAt: "2026-01-01T00:00:00Z", ms: 5, host: "h", costUsd: 0.01, attempts: 1 },
                    outcomes: scorers.map((scorer) => ({
                      key: sha256(`${key} ${scorer}`),
                      outcome: ungraded
                        ? { state: "ungraded" as const, scorer, reason: "empty gold range" }
                        : { state: "graded" as const, score: { scorer, value, passed: value === 1 } },
                    })),
                  }),
            });
          }
    }
  }
  return rows;
}

/** Rows as the ledger would give them back. */
export function roundTrip(rows: readonly LedgerEpisode[]): LedgerEpisode[] {
  return rows.map((row) => ledgerEpisodeSchema.parse(JSON.parse(JSON.stringify(row))));
}

/** The same rows in another order. */
export function shuffle<T>(items: readonly T[], seed: string): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, at: random.uint32() }))
    .sort((x, y) => x.at - y.at)
    .map(({ item }) => item);
}
