/** How arms fail, and what they repair and break against the baseline: the shape of failures.json. Shares are fractions. */
import type { LedgerEpisode } from "../../core/record.ts";
import { drawsOf, type Interval, type IntervalOptions, meanInterval } from "../../stats/choose-interval.ts";
import { armColumn, type Slot } from "../../stats/slot-columns.ts";
import { repOf } from "../collect-cells.ts";
import { countFlips, type Flips } from "../effects/flips.ts";
import type { SimulatedCounts } from "../result-table.ts";

/** A judged episode with its kind of failure; null for one that passed. */
export interface TypedEpisode {
  readonly row: LedgerEpisode;
  readonly passed: boolean;
  readonly kind: string | null;
  readonly detail: string;
  readonly tools?: {
    readonly commands: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly badReplies: number;
    readonly lastFailed: boolean;
  };
}

export interface FailureKind {
  readonly id: string;
  readonly label: string;
}

/** Episodes of one arm that failed in one way. `share` is of all judged episodes of the arm; the interval is over clusters. */
export interface KindCount {
  readonly kind: string;
  readonly episodes: number;
  readonly tasks: number;
  readonly share: number;
  readonly interval: Interval | null;
}

/** Episodes in which something was met with: how many, and how many of these passed. */
export interface Symptom {
  readonly symptom: "failed-command" | "timed-out-command" | "bad-reply";
  readonly episodes: number;
  readonly passed: number;
}

/** One arm with one solver on one benchmark. */
export interface ArmFailures {
  readonly arm: string;
  readonly solver: string;
  readonly benchmark: string;
  readonly split: string;
  readonly judged: number;
  readonly passed: number;
  /** Episodes that nobody could judge: infrastructure errors, ungraded tasks. */
  readonly unjudged: number;
  /** Kinds that occur, in the order of `kinds`. */
  readonly kinds: readonly KindCount[];
  readonly commands: { readonly run: number; readonly failed: number; readonly timedOut: number };
  readonly symptoms: readonly Symptom[];
  readonly simulated: SimulatedCounts;
}

/** What an arm repaired and broke against the baseline, and the kinds of failure that came and went. */
export interface ArmFlips extends Flips {
  readonly arm: string;
  readonly reference: string;
  readonly solver: string;
  readonly benchmark: string;
  readonly split: string;
  /** Kinds of the reference's failures that passed here. */
  readonly repairedKinds: readonly { readonly kind: string; readonly episodes: number }[];
  /** Kinds of this arm's failures that passed in the reference. */
  readonly brokenKinds: readonly { readonly kind: string; readonly episodes: number }[];
}

export interface FailureReport {
  readonly format: "t2s-failures";
  readonly v: 1;
  readonly experiment: string;
  readonly baseline: string | null;
  /** Scorer by `benchmark split`. */
  readonly scorers: Readonly<Record<string, string>>;
  readonly kinds: readonly FailureKind[];
  readonly arms: readonly ArmFailures[];
  readonly flips: readonly ArmFlips[];
}

/** Counts typed episodes by arm, solver and benchmark, in the order the arms are given, and pairs every arm with the baseline. */
export function buildFailures(
  episodes: readonly TypedEpisode[],
  about: {
    readonly experiment: string;
    readonly arms: readonly string[];
    readonly baseline: string | undefined;
    readonly kinds: readonly FailureKind[];
    readonly scorerOf: (row: LedgerEpisode) => string | undefined;
    /** All rows, also those that could not be judged. */
    readonly rows: readonly LedgerEpisode[];
  },
): FailureReport {
  const interval: IntervalOptions = { shared: drawsOf({}) };
  const cells = groupBy(episodes, ({ row }) => cellName(row));
  const all = groupBy(about.rows, cellName);
  const place = new Map(about.arms.map((arm, i) => [arm, i]));
  const names = [...all.keys()].toSorted((a, b) => (place.get(armOf(a)) ?? 0) - (place.get(armOf(b)) ?? 0) || (a < b ? -1 : 1));
  const order = new Map(about.kinds.map(({ id }, i) => [id, i]));
  const arms = names.map((name) => countArm(cells.get(name) ?? [], all.get(name) ?? [], order, interval));
  const flips = names.flatMap((name) => {
    const [row] = all.get(name) ?? [];
    const { baseline } = about;
    if (row === undefined || baseline === undefined || row.arm === baseline) return [];
    const reference = cells.get(cellName({ ...row, arm: baseline })) ?? [];
    const scorer = about.scorerOf(row);
    return reference.length === 0 || scorer === undefined
      ? []
      : [flipsOf(cells.get(name) ?? [], reference, scorer, baseline, interval)].flat();
  });
  return {
    format: "t2s-failures",
    v: 1,
    experiment: about.experiment,
    baseline: about.baseline ?? null,
    scorers: Object.fromEntries(about.rows.map((row) => [`${row.benchmark} ${row.split}`, about.scorerOf(row) ?? ""])),
    kinds: about.kinds.filter(({ id }) => episodes.some(({ kind }) => kind === id)),
    arms,
    flips,
  };
}

function countArm(
  episodes: readonly TypedEpisode[],
  rows: readonly LedgerEpisode[],
  order: ReadonlyMap<string, number>,
  interval: IntervalOptions,
): ArmFailures {
  const [first] = rows;
  if (first === undefined) throw new TypeError("countArm: an arm without rows");
  const kinds = [
    ...groupBy(
      episodes.filter(({ kind }) => kind !== null),
      ({ kind }) => kind ?? "",
    ),
  ].map(([kind, of]): KindCount => {
    const slots = episodes.map(
      ({ row, kind: own }): Slot => ({
        task: row.task,
        cluster: row.cluster,
        rep: repOf(row),
        state: "graded",
        value: Number(own === kind),
      }),
    );
    return {
      kind,
      episodes: of.length,
      tasks: new Set(of.map(({ row }) => JSON.stringify([row.cluster, row.task]))).size,
      share: of.length / episodes.length,
      interval: meanInterval(armColumn(slots, "episode"), interval),
    };
  });
  const sum = (of: (tools: NonNullable<TypedEpisode["tools"]>) => number): number =>
    episodes.reduce((total, { tools }) => total + (tools === undefined ? 0 : of(tools)), 0);
  const symptom = (name: Symptom["symptom"], has: (tools: NonNullable<TypedEpisode["tools"]>) => boolean): Symptom => {
    const with_ = episodes.filter(({ tools }) => tools !== undefined && has(tools));
    return { symptom: name, episodes: with_.length, passed: with_.filter(({ passed }) => passed).length };
  };
  return {
    arm: first.arm,
    solver: first.solver,
    benchmark: first.benchmark,
    split: first.split,
    judged: episodes.length,
    passed: episodes.filter(({ passed }) => passed).length,
    unjudged: rows.length - episodes.length,
    kinds: kinds.toSorted((a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0)),
    commands: { run: sum(({ commands }) => commands), failed: sum(({ failed }) => failed), timedOut: sum(({ timedOut }) => timedOut) },
    symptoms: [
      symptom("failed-command", ({ failed }) => failed > 0),
      symptom("timed-out-command", ({ timedOut }) => timedOut > 0),
      symptom("bad-reply", ({ badReplies }) => badReplies > 0),
    ],
    simulated: {
      rows: rows.length,
      model: rows.filter((row) => row.simulated.includes("model")).length,
      tasks: rows.filter((row) => row.simulated.includes("tasks")).length,
    },
  };
}

function flipsOf(
  mine: readonly TypedEpisode[],
  theirs: readonly TypedEpisode[],
  scorer: string,
  reference: string,
  interval: IntervalOptions,
): ArmFlips[] {
  const [first] = mine;
  if (first === undefined) return [];
  const flips = countFlips(
    mine.map(({ row }) => row),
    theirs.map(({ row }) => row),
    scorer,
    interval,
  );
  const kindOf = new Map([...mine, ...theirs].map(({ row, kind }) => [row.key, kind]));
  const pairs = flips.tasks.flatMap(({ episodes }) => episodes);
  const count = (keys: readonly string[]) =>
    [
      ...groupBy(
        keys.flatMap((key) => kindOf.get(key) ?? []),
        (kind) => kind,
      ),
    ]
      .map(([kind, of]) => ({ kind, episodes: of.length }))
      .toSorted((a, b) => b.episodes - a.episodes || (a.kind < b.kind ? -1 : 1));
  const { arm, solver, benchmark, split } = first.row;
  return [
    {
      arm,
      reference,
      solver,
      benchmark,
      split,
      ...flips,
      repairedKinds: count(pairs.flatMap(([own, other]) => (kindOf.get(own) === null ? [other] : []))),
      brokenKinds: count(pairs.flatMap(([own]) => (kindOf.get(own) === null ? [] : [own]))),
    },
  ];
}

const cellName = ({ arm, benchmark, split, solver }: Pick<LedgerEpisode, "arm" | "benchmark" | "split" | "solver">): string =>
  JSON.stringify([arm, benchmark, split, solver]);
const armOf = (cell: string): string => String(JSON.parse(cell)[0]);

function groupBy<T>(items: readonly T[], name: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(name(item));
    if (group === undefined) groups.set(name(item), [item]);
    else group.push(item);
  }
  return groups;
}
