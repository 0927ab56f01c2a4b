/** A problem before it becomes a row of the sample. */
import type { Random } from "./random.ts";

export interface ProblemDraft {
  readonly text: string;
  /** In the form the text asks for. */
  readonly answer: string;
}

/** Makes one problem; `wording` counts up, and a maker with so many wordings takes them in turn. */
export type Make = (random: Random, wording: number) => ProblemDraft;

export interface Maker {
  readonly family: string;
  /** What is asked in turn. */
  readonly modes: readonly Make[];
  /** What only one problem of each half asks. */
  readonly rare?: Make;
}

/** The wording whose turn it is. */
export function inTurn<T>(wordings: readonly T[], turn: number): T {
  const found = wordings[turn % wordings.length];
  if (found === undefined) throw new RangeError("a problem without a wording");
  return found;
}
