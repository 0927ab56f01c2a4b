import type { EpisodeRow } from "./episode-rows.ts";

/** The settings of the episode list, as they stand in its address. An empty text is no condition. */
export interface EpisodeFilter {
  readonly benchmark: string;
  readonly split: string;
  readonly arm: string;
  readonly solver: string;
  readonly scorer: string;
  readonly outcome: string;
  readonly exit: string;
  readonly type: string;
  /** Another arm, whose verdicts are compared with. */
  readonly versus: string;
  readonly purpose: string;
  /** Part of a task's or cluster's name, or the beginning of a key. */
  readonly search: string;
}

export const filterNames = [
  "benchmark",
  "split",
  "arm",
  "solver",
  "scorer",
  "outcome",
  "exit",
  "type",
  "versus",
  "purpose",
  "search",
] as const;

/** What an episode came to under a scorer; the last four only beside another arm. */
export const outcomes = {
  passed: "passed",
  failed: "failed",
  ungraded: "ungraded",
  errored: "errored",
  changed: "verdict changed against the other arm",
  repaired: "passes, the other arm fails",
  broken: "fails, the other arm passes",
  same: "same verdict as the other arm",
} as const;

/** Reads a filter from the settings of an address; what is missing has no condition, and only measured episodes are shown unless asked otherwise. */
export function readFilter(params: Readonly<Record<string, string>>, firstScorer: string): EpisodeFilter {
  const text = (name: string): string => params[name] ?? "";
  return {
    benchmark: text("benchmark"),
    split: text("split"),
    arm: text("arm"),
    solver: text("solver"),
    scorer: params.scorer ?? firstScorer,
    outcome: text("outcome"),
    exit: text("exit"),
    type: text("type"),
    versus: text("versus"),
    purpose: params.purpose ?? "measure",
    search: text("search"),
  };
}

/** An episode of the list with what the other arm's episode of the same slot came to. */
export interface ListedEpisode {
  readonly row: EpisodeRow;
  readonly other: EpisodeRow | undefined;
}

/** Filters rows of the chosen groups. `others` are the episodes of the arm that is compared with. Order is kept. */
export function filterEpisodes(rows: readonly EpisodeRow[], others: readonly EpisodeRow[], filter: EpisodeFilter): ListedEpisode[] {
  const bySlot = new Map(others.map((row) => [slot(row), row]));
  const search = filter.search.trim().toLowerCase();
  return rows.flatMap((row) => {
    if (filter.purpose !== "all" && row.purpose !== filter.purpose) return [];
    if (filter.exit !== "" && row.exit !== filter.exit) return [];
    if (filter.type !== "" && row.type !== filter.type) return [];
    if (search !== "" && !found(row, search)) return [];
    const other = bySlot.get(slot(row));
    return outcomeFits(row, other, filter) ? [{ row, other }] : [];
  });
}

/** What a list comes to, for the line above it. */
export function countOutcomes(
  list: readonly ListedEpisode[],
  scorer: string,
): Readonly<Record<"passed" | "failed" | "ungraded" | "errored", number>> {
  const counts = { passed: 0, failed: 0, ungraded: 0, errored: 0 };
  for (const { row } of list) counts[outcomeOf(row, scorer)] += 1;
  return counts;
}

/** The outcome of one episode under a scorer; where it did not judge, the episode counts as ungraded. */
export function outcomeOf(row: EpisodeRow, scorer: string): "passed" | "failed" | "ungraded" | "errored" {
  if (row.state === "errored") return "errored";
  const verdict = row.verdict(scorer);
  return verdict === "none" ? "ungraded" : verdict;
}

function outcomeFits(row: EpisodeRow, other: EpisodeRow | undefined, { outcome, scorer }: EpisodeFilter): boolean {
  if (outcome === "") return true;
  const own = outcomeOf(row, scorer);
  if (outcome in { passed: 0, failed: 0, ungraded: 0, errored: 0 }) return own === outcome;
  const theirs = other === undefined ? undefined : outcomeOf(other, scorer);
  const judged = (one: string | undefined): boolean => one === "passed" || one === "failed";
  if (!judged(own) || !judged(theirs)) return false;
  switch (outcome) {
    case "changed":
      return own !== theirs;
    case "repaired":
      return own === "passed" && theirs === "failed";
    case "broken":
      return own === "failed" && theirs === "passed";
    case "same":
      return own === theirs;
    default:
      return false;
  }
}

function found(row: EpisodeRow, search: string): boolean {
  return row.task.toLowerCase().includes(search) || row.cluster.toLowerCase().includes(search) || row.key.startsWith(search);
}

const slot = (row: EpisodeRow): string =>
  JSON.stringify([row.benchmark, row.split, row.solver, row.cluster, row.task, row.seed, row.attempt, row.replica]);
