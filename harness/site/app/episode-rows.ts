import { type EpisodeChunk, type EpisodeIndex, episodeStates, keyDigits, verdicts } from "../site-data.ts";
import { loadEpisodeIndex, loadEpisodes } from "./load-data.ts";

/** One episode of the list, put together from its columns. */
export interface EpisodeRow {
  readonly key: string;
  readonly arm: string;
  readonly solver: string;
  readonly benchmark: string;
  readonly split: string;
  readonly task: string;
  readonly cluster: string;
  readonly type: string;
  readonly seed: number;
  readonly attempt: number;
  readonly replica: number;
  readonly purpose: string;
  readonly state: (typeof episodeStates)[number];
  readonly exit: string;
  readonly error: string;
  readonly turns: number | null;
  readonly tokens: number | null;
  readonly costUsd: number | null;
  readonly ms: number | null;
  readonly simulated: number;
  /** Number of its details file. */
  readonly detail: number;
  readonly verdict: (scorer: string) => (typeof verdicts)[number];
  readonly value: (scorer: string) => number | null;
}

/** Which groups of episodes a reader wants; an empty text is all of them. */
export interface GroupFilter {
  readonly arm: string;
  readonly solver: string;
  readonly benchmark: string;
  readonly split: string;
}

/** Loads the episodes of the groups that fit, only from the files they are in. */
export async function episodeRows(experiment: string, index: EpisodeIndex, filter: GroupFilter): Promise<EpisodeRow[]> {
  const wanted = index.chunks.map((chunk) => ({ chunk, fits: chunk.groups.map((group) => groupFits(index, group, filter)) }));
  const opened = await Promise.all(
    wanted.map(async ({ chunk, fits }) =>
      fits.includes(true) ? rowsOf(index, chunk, fits, await loadEpisodes(experiment, chunk.name)) : [],
    ),
  );
  return opened.flat();
}

/** The episode of a key's beginning; of several arms that share it, the one named. Undefined when there is none. */
export async function findEpisode(experiment: string, key: string, filter: GroupFilter): Promise<EpisodeRow | undefined> {
  const index = await loadEpisodeIndex(experiment);
  const fits = (rows: readonly EpisodeRow[]): EpisodeRow | undefined => rows.find((row) => row.key === key.slice(0, keyDigits));
  return (
    fits(await episodeRows(experiment, index, filter)) ??
    fits(await episodeRows(experiment, index, { arm: "", solver: "", benchmark: "", split: "" }))
  );
}

function groupFits(index: EpisodeIndex, group: EpisodeIndex["chunks"][number]["groups"][number], filter: GroupFilter): boolean {
  const benchmark = index.benchmarks[group.benchmark];
  return (
    (filter.arm === "" || index.arms[group.arm] === filter.arm) &&
    (filter.solver === "" || index.solvers[group.solver] === filter.solver) &&
    (filter.benchmark === "" || benchmark?.id === filter.benchmark) &&
    (filter.split === "" || benchmark?.split === filter.split)
  );
}

function rowsOf(index: EpisodeIndex, listed: EpisodeIndex["chunks"][number], fits: readonly boolean[], chunk: EpisodeChunk): EpisodeRow[] {
  const rows: EpisodeRow[] = [];
  for (let at = 0; at < listed.rows; at++) {
    const group = chunk.group[at] ?? -1;
    if (fits[group] === true) rows.push(rowAt(index, listed, chunk, at, group));
  }
  return rows;
}

function rowAt(index: EpisodeIndex, listed: EpisodeIndex["chunks"][number], chunk: EpisodeChunk, at: number, group: number): EpisodeRow {
  const named = listed.groups[group];
  const benchmark = index.benchmarks[named?.benchmark ?? -1];
  const text = (list: readonly string[], column: readonly number[]): string => list[column[at] ?? -1] ?? "";
  const number = (column: readonly (number | null)[]): number | null => column[at] ?? null;
  const scoreOf = (scorer: string) => chunk.scores[index.scorers.indexOf(scorer)];
  return {
    key: chunk.keys.slice(at * keyDigits, (at + 1) * keyDigits),
    arm: index.arms[named?.arm ?? -1] ?? "",
    solver: index.solvers[named?.solver ?? -1] ?? "",
    benchmark: benchmark?.id ?? "",
    split: benchmark?.split ?? "",
    task: text(chunk.tasks, chunk.task),
    cluster: text(chunk.clusters, chunk.cluster),
    type: text(index.types, chunk.type),
    seed: chunk.seed[at] ?? 0,
    attempt: chunk.attempt[at] ?? 0,
    replica: chunk.replica[at] ?? 0,
    purpose: text(index.purposes, chunk.purpose),
    state: episodeStates[chunk.state[at] ?? 0],
    exit: text(index.exits, chunk.exit),
    error: text(index.errors, chunk.error),
    turns: number(chunk.turns),
    tokens: number(chunk.tokens),
    costUsd: number(chunk.costUsd),
    ms: number(chunk.ms),
    simulated: chunk.simulated[at] ?? 0,
    detail: chunk.detail[at] ?? -1,
    verdict: (scorer) => verdicts[scoreOf(scorer)?.verdict[at] ?? 3],
    value: (scorer) => scoreOf(scorer)?.value[at] ?? null,
  };
}
