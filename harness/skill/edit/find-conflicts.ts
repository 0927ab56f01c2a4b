import type { Departure, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import type { EditRules } from "./place.ts";

/** Two edits that cannot both be applied; `a` is the one that `resolveBySupport` keeps. */
export interface Conflict {
  readonly a: string;
  readonly b: string;
  readonly reason: Departure["reason"];
  readonly note: string;
}

/** All pairs of edits that cannot stand together, sorted. Edits that do not resolve take part in none. */
export function findConflicts(_start: readonly SkillFile[], _edits: readonly TracedEdit[], _rules: EditRules = {}): Conflict[] {
  throw new Error("findConflicts is on its way");
}

/** Keeps of every conflict the edit with more support (tie: the earlier id). `kept` in the order given; departures have stage `conflict` and `inFavourOf`. */
export function resolveBySupport(
  _start: readonly SkillFile[],
  _edits: readonly TracedEdit[],
  _rules: EditRules = {},
): { readonly kept: readonly TracedEdit[]; readonly departures: readonly Departure[] } {
  throw new Error("resolveBySupport is on its way");
}
