/** What the ways of learning are given and what they give back. */
import type { Hash } from "../../core/json.ts";
import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import type { Guidance } from "../guidance.ts";
import type { Evolution } from "./evolution.ts";
import type { AuthorArm, LearnedEpisode } from "./run-episodes.ts";
import type { TrajectorySpec } from "./settings.ts";
import type { Start } from "./start-guidance.ts";
import type { Study } from "./study.ts";

/** What one way of learning made of the episodes. */
export interface Outcome {
  readonly guidance: Guidance;
  /** Hash of the skill, bank or notes. */
  readonly result: Hash;
  readonly state: LedgerEvolution["state"];
  readonly note?: string;
  readonly studies: readonly Study[];
  readonly patches: number;
  readonly editsProposed: number;
  readonly editsApplied: number;
}

/** One evolution seed's guidance, ready to be validated and measured. */
export interface Candidate {
  readonly evolution: Evolution;
  readonly start: Start;
  readonly outcome: Outcome;
  readonly episodes: readonly LearnedEpisode[];
  readonly kind: TrajectorySpec["kind"];
}

/** What the ways of learning get: the start, and the episodes as they come in, in the order of the tasks. */
export interface Learning {
  readonly evolution: Evolution;
  readonly start: Start;
  readonly author: AuthorArm;
  readonly episodes: readonly Promise<LearnedEpisode>[];
}
