import type { PlantedLesson, Trap } from "../../../harness/core/world.ts";

/** A trap before its lesson's wordings are added (traps.ts). */
export interface TrapDraft extends Omit<Trap, "lesson"> {
  readonly lesson: Omit<PlantedLesson, "wordings" | "sloppy">;
}
