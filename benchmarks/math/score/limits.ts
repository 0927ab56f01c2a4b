/** What a text may cost before it is refused. Every cap is a count, never a clock, so that a verdict is the same on every machine. */

/** Longest text of either side, in UTF-16 units. */
export const MAX_TEXT = 1_000_000;
/** Longest formula that is parsed; longer ones are only compared as text. */
export const MAX_FORMULA = 10_000;
/** Most nested groups of a formula. */
export const MAX_DEPTH = 64;
/** Most nodes of an expression tree. */
export const MAX_NODES = 4_000;
/** Most bits of an exact number; beyond it a number is approximate or only compared by its form. */
export const MAX_BITS = 20_000;
/** Most formulas and numbers of a text that are tried before the rest is given up. */
export const MAX_CANDIDATES = 400;
/** Work units of one verdict. */
export const MAX_STEPS = 60_000;

/** Thrown inside a comparison when its work budget is used up; caught where the verdict is made. */
export class BudgetError extends Error {
  override name = "BudgetError";
}

/** Counts work. `spend` throws BudgetError once `MAX_STEPS` (or the given number of) units are used. */
export interface Budget {
  spend(units: number): void;
}

export function newBudget(steps = MAX_STEPS): Budget {
  let left = steps;
  return {
    spend(units) {
      left -= units;
      if (left < 0) throw new BudgetError("the work budget of this comparison is used up");
    },
  };
}
