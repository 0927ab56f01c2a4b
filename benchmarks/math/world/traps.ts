/** The planted truth: every way the simulated solver can go wrong on a problem, and the lesson that avoids it. */
import type { Trap } from "../../../harness/core/world.ts";
import { countingTraps } from "./counting-traps.ts";
import { idiosyncraticTraps } from "./idiosyncratic-traps.ts";
import type { TrapDraft } from "./trap-draft.ts";
import { valueTraps } from "./value-traps.ts";
import { idiosyncraticWordings } from "./wordings/idiosyncratic.ts";
import { sloppyWordings, systematicWordings } from "./wordings/systematic.ts";

export const traps: readonly Trap[] = [...countingTraps, ...valueTraps, ...idiosyncraticTraps].map(worded);

function worded(trap: TrapDraft): Trap {
  const { id } = trap.lesson;
  const own = systematicWordings[id] ?? idiosyncraticWordings[id];
  if (own === undefined) throw new TypeError(`the lesson ${id} has no wordings`);
  return { ...trap, lesson: { ...trap.lesson, wordings: own, sloppy: sloppyWordings[id] ?? [] } };
}
