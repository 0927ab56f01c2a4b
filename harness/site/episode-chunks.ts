import type { LedgerEpisode, Outcome } from "../core/record.ts";
import { cutIntoChunks, groupName } from "./episode-order.ts";
import { type EpisodeChunk, type EpisodeGroup, type EpisodeIndex, keyDigits, type Verdict } from "./site-data.ts";

/** Positions of texts in a list that grows. */
interface Dictionary {
  readonly list: string[];
  of(text: string | undefined): number;
}

function dictionary(first: readonly string[] = []): Dictionary {
  const list = [...first];
  const at = new Map(list.map((text, index) => [text, index]));
  return {
    list,
    of(text) {
      if (text === undefined) return -1;
      const known = at.get(text);
      if (known !== undefined) return known;
      at.set(text, list.length);
      return list.push(text) - 1;
    },
  };
}

/** The episode list as columns: an index and the chunks it names. `ordered` as `orderEpisodes` gives them, `detail` with the number of the details file of every row. */
export function episodeColumns(
  ordered: readonly LedgerEpisode[],
  detail: readonly number[],
): { readonly index: EpisodeIndex; readonly chunks: readonly EpisodeChunk[] } {
  const names = {
    arms: dictionary(),
    solvers: dictionary(),
    exits: dictionary(),
    types: dictionary(),
    errors: dictionary(),
    purposes: dictionary(["measure"]),
    scorers: dictionary(),
    benchmarks: dictionary(),
  };
  for (const row of ordered) for (const { outcome } of row.outcomes) names.scorers.of(scorerOf(outcome));
  const chunks: EpisodeChunk[] = [];
  const listed: EpisodeIndex["chunks"][number][] = [];
  let start = 0;
  for (const rows of cutIntoChunks(ordered)) {
    const groups: EpisodeGroup[] = [];
    const chunk = columnsOf(rows, detail.slice(start, start + rows.length), names, groups);
    start += rows.length;
    listed.push({ name: `episodes-${chunks.length}`, rows: rows.length, groups });
    chunks.push(chunk);
  }
  const benchmarks = names.benchmarks.list.map((text) => {
    const [id = "", split = ""]: string[] = JSON.parse(text);
    return { id, split };
  });
  return {
    index: {
      arms: names.arms.list,
      solvers: names.solvers.list,
      benchmarks,
      scorers: names.scorers.list,
      exits: names.exits.list,
      types: names.types.list,
      errors: names.errors.list,
      purposes: names.purposes.list,
      chunks: listed,
    },
    chunks,
  };
}

function columnsOf(
  rows: readonly LedgerEpisode[],
  detail: readonly number[],
  names: Readonly<Record<"arms" | "solvers" | "exits" | "types" | "errors" | "purposes" | "scorers" | "benchmarks", Dictionary>>,
  groups: EpisodeGroup[],
): EpisodeChunk {
  const tasks = dictionary();
  const clusters = dictionary();
  const groupAt = new Map<string, number>();
  const sizes: number[] = [];
  const group = rows.map((row) => {
    const name = groupName(row);
    const at = groupAt.get(name) ?? sizes.push(0) - 1;
    if (!groupAt.has(name)) {
      groupAt.set(name, at);
      groups.push({
        arm: names.arms.of(row.arm),
        solver: names.solvers.of(row.solver),
        benchmark: names.benchmarks.of(JSON.stringify([row.benchmark, row.split])),
        rows: 0,
      });
    }
    sizes[at] = (sizes[at] ?? 0) + 1;
    return at;
  });
  groups.forEach((one, at) => {
    groups[at] = { ...one, rows: sizes[at] ?? 0 };
  });
  return {
    keys: rows.map((row) => row.key.slice(0, keyDigits)).join(""),
    group,
    task: rows.map((row) => tasks.of(row.task)),
    cluster: rows.map((row) => clusters.of(row.cluster)),
    tasks: tasks.list,
    clusters: clusters.list,
    type: rows.map((row) => names.types.of(row.taskType)),
    seed: rows.map((row) => row.rep.seed),
    attempt: rows.map((row) => row.rep.attempt),
    replica: rows.map((row) => row.rep.replica),
    purpose: rows.map((row) => names.purposes.of(row.purpose ?? "measure")),
    state: rows.map((row) => stateOf(row)),
    exit: rows.map((row) => names.exits.of(row.exit)),
    error: rows.map((row) => names.errors.of(row.error?.class)),
    turns: rows.map((row) => row.turns ?? null),
    tokens: rows.map((row) => (row.usage === undefined ? null : row.usage.promptTokens + row.usage.completionTokens)),
    costUsd: rows.map((row) => row.volatile?.costUsd ?? null),
    ms: rows.map((row) => (row.volatile === undefined ? null : Math.round(row.volatile.ms))),
    simulated: rows.map((row) => (row.simulated.includes("model") ? 1 : 0) + (row.simulated.includes("tasks") ? 2 : 0)),
    detail: [...detail],
    scores: names.scorers.list.map((scorer) => {
      const outcomes = rows.map((row) => row.outcomes.find(({ outcome }) => scorerOf(outcome) === scorer)?.outcome);
      return { value: outcomes.map((one) => (one?.state === "graded" ? one.score.value : null)), verdict: outcomes.map(verdictOf) };
    }),
  };
}

function scorerOf(outcome: Outcome): string {
  return outcome.state === "graded" ? outcome.score.scorer : outcome.scorer;
}

function verdictOf(outcome: Outcome | undefined): Verdict {
  if (outcome === undefined) return 3;
  if (outcome.state === "ungraded") return 2;
  return outcome.score.passed ? 1 : 0;
}

function stateOf(row: LedgerEpisode): 0 | 1 | 2 {
  switch (row.state) {
    case "graded":
      return 0;
    case "ungraded":
      return 1;
    case "errored":
      return 2;
  }
}
