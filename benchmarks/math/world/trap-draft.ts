import type { PlantedLesson, Trap, Wording } from "../../../harness/core/world.ts";

/** A trap before its lesson's wordings are added (traps.ts). */
export interface TrapDraft extends Omit<Trap, "lesson"> {
  readonly lesson: Omit<PlantedLesson, "wordings" | "sloppy">;
}

/** A wording as title, description and content. */
export type Worded = readonly [title: string, description: string, content: string];

export const wordings = (list: readonly Worded[]): readonly Wording[] =>
  list.map(([title, description, content]) => ({ title, description, content }));
