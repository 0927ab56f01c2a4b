/**
 * The data of the web report: what the builder writes under data/ and the pages read. Plain JSON. Numbers are fractions, null = nothing to say.
 * Every file is a classic script that hands its JSON to `t2sData(name, json)`, since pages opened from disk may not fetch.
 */
import type { AnswerGrid } from "../core/contract.ts";
import type { LedgerEpisode, TrajectoryRecord } from "../core/record.ts";
import type { Ablations } from "../report/ablation/ablations.ts";
import type { EvolutionTable } from "../report/evolution-table.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import type { ResultTable } from "../report/result-table.ts";

/** data/site.js: the only file that is loaded before a page is shown. */
export interface SiteManifest {
  readonly v: 1;
  readonly version: string;
  readonly experiments: readonly SiteExperiment[];
}

export interface SiteExperiment {
  /** Folder of its data: `data/<id>/`. Made by us, never text from a config. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly simulated: "all" | "some" | "none";
  readonly episodes: number;
  /** Further kinds of data there are for it; a page that needs one is offered only then. */
  readonly sections: readonly string[];
  /** What the reader should know before anything else. */
  readonly warnings: readonly string[];
}

/** data/<id>/tables.js */
export interface TablesData {
  readonly tables: readonly ResultTable[];
  readonly paper: PaperTable | null;
  readonly evolution: EvolutionTable | null;
  /** Names and values of the protocol card; empty: there is none. */
  readonly card: readonly (readonly [string, string])[];
  readonly ablations: Ablations | null;
  readonly figures: readonly Figure[];
  readonly trajectories: TrajectoryAccount;
}

/** A plot as files: light and dark, wide and narrow; its numbers beside it. Paths are relative to index.html. */
export interface Figure {
  readonly id: string;
  readonly page: string;
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly alt: string;
  readonly files: {
    readonly light: string;
    readonly dark: string;
    readonly lightNarrow: string;
    readonly darkNarrow: string;
    readonly csv: string;
    readonly json: string;
  };
  readonly size: { readonly width: number; readonly height: number; readonly narrowWidth: number; readonly narrowHeight: number };
}

/** Which trajectories are in the report and which were left out. */
export interface TrajectoryAccount {
  readonly choice: "all" | "failed" | "none";
  readonly limitBytes: number;
  readonly embedded: number;
  readonly embeddedBytes: number;
  /** Passed episodes under `failed`, everything under `none`. */
  readonly notWanted: number;
  /** Did not fit into the limit. */
  readonly beyondLimit: number;
  /** Named by the ledger, but missing from the store or damaged. */
  readonly unreadable: number;
  /** Episodes that have none (oracle, nop, errors before the first step). */
  readonly without: number;
}

/** data/<id>/episodes.js: what the columns of the chunks point into, and what is in which chunk. */
export interface EpisodeIndex {
  readonly arms: readonly string[];
  readonly solvers: readonly string[];
  readonly benchmarks: readonly { readonly id: string; readonly split: string }[];
  readonly scorers: readonly string[];
  readonly exits: readonly string[];
  readonly types: readonly string[];
  readonly errors: readonly string[];
  readonly purposes: readonly string[];
  readonly chunks: readonly { readonly name: string; readonly rows: number; readonly groups: readonly EpisodeGroup[] }[];
}

/** Rows of one arm, solver and benchmark: positions in the lists of EpisodeIndex. */
export interface EpisodeGroup {
  readonly arm: number;
  readonly solver: number;
  readonly benchmark: number;
  readonly rows: number;
}

/** Digits of a key that are kept: enough for `t2s show`. */
export const keyDigits = 16;

/** data/<id>/episodes-<n>.js: columns of equal length. −1 (null in columns of numbers) = none. */
export interface EpisodeChunk {
  readonly tasks: readonly string[];
  readonly clusters: readonly string[];
  /** First digits of the rollout keys, `keyDigits` each, in one string. */
  readonly keys: string;
  /** Position in `groups` of the chunk. */
  readonly group: readonly number[];
  readonly task: readonly number[];
  readonly cluster: readonly number[];
  readonly type: readonly number[];
  readonly seed: readonly number[];
  readonly attempt: readonly number[];
  readonly replica: readonly number[];
  readonly purpose: readonly number[];
  readonly state: readonly EpisodeState[];
  readonly exit: readonly number[];
  readonly error: readonly number[];
  readonly turns: readonly (number | null)[];
  readonly tokens: readonly (number | null)[];
  readonly costUsd: readonly (number | null)[];
  readonly ms: readonly (number | null)[];
  /** 1: model, 2: tasks, 3: both. */
  readonly simulated: readonly number[];
  /** Number of the file the episode's details are in. */
  readonly detail: readonly number[];
  /** By scorer, in the order of EpisodeIndex.scorers. */
  readonly scores: readonly { readonly value: readonly (number | null)[]; readonly verdict: readonly Verdict[] }[];
}

export type EpisodeState = 0 | 1 | 2;
export const episodeStates = ["graded", "ungraded", "errored"] as const;
export type Verdict = 0 | 1 | 2 | 3;
/** What a scorer said: `none` where it did not judge the episode. */
export const verdicts = ["failed", "passed", "ungraded", "none"] as const;

/** data/<id>/details-<n>.js */
export interface DetailChunk {
  readonly episodes: readonly EpisodeDetail[];
}

export interface EpisodeDetail {
  readonly row: LedgerEpisode;
  readonly trajectory: TrajectoryRecord | null;
  /** Why there is no trajectory here. */
  readonly absent: "not-stored" | "not-wanted" | "beyond-limit" | "unreadable" | null;
  /** Where what was handed in differs from what was expected; none for passed episodes and for answers that are no files. */
  readonly grids: readonly AnswerGrid[];
  /** Milliseconds of model time of every step; null where not recorded. */
  readonly stepMs: readonly (number | null)[];
  /** Pictures the model saw, by hash: file relative to index.html; null where the picture is left out. */
  readonly images: Readonly<Record<string, string | null>>;
  /** Pictures of the task itself (pages of documents). */
  readonly pages: readonly string[];
}

/** Name of a data file as `t2sData` is told it and as it stands under data/, without ending. */
export const dataName = /^[a-z0-9]+(?:[/-][a-z0-9]+)*$/;
