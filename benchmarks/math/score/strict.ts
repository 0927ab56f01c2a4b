/**
 * The strict scorer: what a careful person says, where Math-Verify is known to err. Each class of difference:
 *
 * | Class | Math-Verify | Here |
 * | --- | --- | --- |
 * | several boxes | boxes near each other become a set, so a corrected answer is wrong | the last box counts; "and", "or" or a comma alone between boxes makes a list |
 * | `<think>` blocks | a box inside is the answer if none follows | thinking is dropped, also when it is never closed |
 * | `\boxed {x}`, `\fbox{x}` | not seen | boxes |
 * | closing point in a box (`\boxed{204.}`) | not read | dropped |
 * | full-width digits, Unicode signs | not read | read as ASCII and LaTeX |
 * | `<answer>` element | not seen | the answer, after boxes |
 * | thousands separators in a list of digits (`1\,234`, `1 234`, `x = 58,500`) | a sum or a set | one number |
 * | `\pmod{…}` behind a value | ± of a product | dropped |
 * | scientific notation (`5.1 \times 10^2` for 510) | binary rounding decides | exact decimals |
 * | integers against decimals near them | equal when they round alike | equal only when exactly equal |
 * | adjacent numbers (`2(3)`, `2 3`) | a mixed number, 5 | a product, 6; two numbers in a row are no answer |
 * | imaginary unit `i` | a variable, so `i^2` is not -1 | the unit, where the gold has no other use for it |
 * | sets against tuples and intervals | equal when the items are | different kinds are different |
 * | chains turned round, inequality against interval either way | depends on the side | equal when the solutions are |
 * | number bases (`10_2`) | ignored | two different bases are different |
 * | text without an answer | the last number in it | wrong |
 */
import { type EqualOptions, sameAnswer } from "./compare/equal.ts";
import type { Expr } from "./expression/expr.ts";
import { plainInteger } from "./integers.ts";
import { cleanFormula } from "./latex/clean.ts";
import { parseLatex } from "./latex/parse.ts";
import { type Budget, BudgetError, MAX_FORMULA, MAX_TEXT, newBudget } from "./limits.ts";
import { cleanAnswer } from "./strict/clean.ts";
import { locateAnswer } from "./strict/locate.ts";
import { plainText } from "./strict/plain-text.ts";
import type { Verdict } from "./verdict.ts";

const rules: EqualOptions = { precision: 6, strict: true, allowSetRelations: true, mathematical: true };

const refused = (reason: string): Verdict => ({ verdict: false, message: `refused: ${reason}` });
const base = /^-?[0-9]+_\{?([0-9]+)\}?$/;

/** Words of an answer, for answers that are no formulas. */
const words = (answer: string): string =>
  answer
    .replace(/\\(?:text|textbf|mathrm|mbox|textit|textrm|mathbf)(?![a-zA-Z])/g, "")
    .replace(/[\s{}()$.,;:!?*"'\\]/g, "")
    .toLowerCase();

function read(answer: string, budget: Budget): Expr | undefined {
  if (answer.length > MAX_FORMULA) return undefined;
  budget.spend(answer.length);
  return parseLatex(cleanFormula(answer), budget, { imaginary: true, mixedNumbers: "fractions" });
}

/** Whether a formula is only letters side by side, as words are read. */
const isProse = (answer: string): boolean => /^[a-zA-Z][a-zA-Z\s-]*[a-zA-Z]$/.test(answer) || /^\\text\{/.test(answer);

/** Pure; never throws. `gold` is a reference answer, with or without `$…$`; `pred` a whole response. */
export function strict(gold: string, pred: string): Verdict {
  if (gold.length > MAX_TEXT || pred.length > MAX_TEXT) return refused(`a text is longer than ${MAX_TEXT} characters`);
  const [left, right] = [plainInteger(gold), plainInteger(pred)];
  if (left !== undefined && right !== undefined) return { verdict: left === right, message: "" };
  try {
    const bareGold = plainText(locateGold(gold));
    const located = locateAnswer(plainText(pred));
    if (located === undefined) return { verdict: false, message: "" };
    if (located.length > MAX_FORMULA || bareGold.length > MAX_FORMULA) return { verdict: located === bareGold, message: "" };
    const wanted = cleanAnswer(bareGold);
    const given = cleanAnswer(located);
    if (given === "" || wanted === "") return { verdict: false, message: "" };
    return { verdict: given === wanted || sameText(wanted, given) || sameValue(wanted, given), message: "" };
  } catch (error) {
    if (error instanceof BudgetError) return refused(error.message);
    throw error;
  }
}

const locateGold = (gold: string): string => gold.replace(/^\$([^$]*)\$$/, "$1");

function sameText(wanted: string, given: string): boolean {
  if (!isProse(wanted) && !isProse(given)) return false;
  return words(wanted) !== "" && words(wanted) === words(given);
}

function sameValue(wanted: string, given: string): boolean {
  const [goldBase, predBase] = [base.exec(wanted)?.[1], base.exec(given)?.[1]];
  if (predBase !== undefined && predBase !== goldBase) return false;
  const budget = newBudget();
  const gold = read(wanted, budget);
  const pred = gold === undefined ? undefined : read(given, budget);
  return gold !== undefined && pred !== undefined && sameAnswer(gold, pred, rules, budget);
}
