/** The planted truth: every way the simulated solver can go wrong on a page, and the lesson that avoids it. */
import type { Trap } from "../../../harness/core/world.ts";
import { answerTraps } from "./answer-traps.ts";
import { idiosyncraticTraps } from "./idiosyncratic-traps.ts";
import { placeTraps } from "./place-traps.ts";
import type { TrapDraft } from "./trap-draft.ts";
import { answerWordings, sloppyWordings } from "./wordings/answers.ts";
import { idiosyncraticWordings } from "./wordings/idiosyncratic.ts";
import { placeWordings } from "./wordings/places.ts";

const all = { ...placeWordings, ...answerWordings, ...idiosyncraticWordings };

export const traps: readonly Trap[] = [...placeTraps, ...answerTraps, ...idiosyncraticTraps].map(worded);

function worded(trap: TrapDraft): Trap {
  const wordings = all[trap.lesson.id];
  if (wordings === undefined) throw new TypeError(`the lesson ${trap.lesson.id} has no wordings`);
  return { ...trap, lesson: { ...trap.lesson, wordings, sloppy: sloppyWordings[trap.lesson.id] ?? [] } };
}
