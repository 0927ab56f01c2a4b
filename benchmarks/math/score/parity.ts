/**
 * The verdict of Math-Verify 0.8.0 (latex2sympy2_extended 1.10.2, sympy 1.11.1) for a gold and a predicted text: `verify(parse(gold), parse(pred))`.
 * Own code throughout; what it does was learnt by observing that program.
 */
import { sameAnswer } from "./compare/equal.ts";
import type { MatchType } from "./extract/candidates.ts";
import { readAnswer } from "./extract/read-answer.ts";
import { plainInteger } from "./integers.ts";
import { BudgetError, MAX_TEXT, newBudget } from "./limits.ts";
import type { Verdict } from "./verdict.ts";

export interface ParityOptions {
  /** What is looked for in the texts. Default: formulas and plain numbers. */
  readonly matchTypes?: readonly MatchType[];
  /** Decimals to which decimals are compared. Default 6. */
  readonly precision?: number;
  /** Default true; false matches variables by position. */
  readonly strict?: boolean;
  readonly allowSetRelationComp?: boolean;
}

const defaultTypes: ReadonlySet<MatchType> = new Set(["latex", "expr"]);

/** Pure; never throws. A text above the cap, or a comparison above the work budget, is false with a message. */
export function parity(gold: string, pred: string, options: ParityOptions = {}): Verdict {
  if (gold.length > MAX_TEXT || pred.length > MAX_TEXT)
    return { verdict: false, message: `refused: a text is longer than ${MAX_TEXT} characters` };
  if (options.matchTypes === undefined) {
    const [left, right] = [plainInteger(gold), plainInteger(pred)];
    if (left !== undefined && right !== undefined) return { verdict: left === right, message: "" };
  }
  const types = options.matchTypes === undefined ? defaultTypes : new Set(options.matchTypes);
  try {
    const budget = newBudget();
    const left = readAnswer(gold, types, budget);
    const right = readAnswer(pred, types, budget);
    if (left.text !== undefined && left.text !== "" && left.text === right.text) return { verdict: true, message: "" };
    if (left.expr === undefined || right.expr === undefined) return { verdict: false, message: "" };
    const rules = {
      precision: options.precision ?? 6,
      strict: options.strict ?? true,
      allowSetRelations: options.allowSetRelationComp ?? false,
    };
    return { verdict: sameAnswer(left.expr, right.expr, rules, budget), message: "" };
  } catch (error) {
    if (error instanceof BudgetError) return { verdict: false, message: `refused: ${error.message}` };
    throw error;
  }
}
