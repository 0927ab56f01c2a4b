/** How the simulated solver works on one family of problems. */

/** The working of one problem with the given traps sprung: a step a line, and the answer in LaTeX without its box. */
export interface Working {
  readonly lines: readonly string[];
  readonly answer: string;
}

export interface Job {
  /** Traps on the way that change the answer of this very problem. */
  readonly traps: readonly string[];
  work(sprung: ReadonlySet<string>): Working;
}

/** Whole numbers beyond this are in no problem a person solves by hand, and their products are not exact. */
const largest = 10_000_000;

export interface FamilySolver {
  readonly id: string;
  readonly title: string;
  /** Every trap one of its problems can have. */
  readonly traps: readonly string[];
  /** Undefined when the problem is none of the family. `text` is as plainOf gives it. */
  understand(text: string): Job | undefined;
}

/** A job whose traps are those of `candidates` that lead to another answer than the sound working. */
export function jobOf(candidates: readonly string[], work: Job["work"]): Job {
  const sound = work(new Set()).answer;
  return { traps: candidates.filter((trap) => work(new Set([trap])).answer !== sound), work };
}

/** What the first fitting expression finds, as numbers; undefined where one of them is too large to be calculated with. Groups that hold no number are NaN. */
export function numbersBy(text: string, ...expressions: readonly RegExp[]): readonly number[] | undefined {
  for (const expression of expressions) {
    const found = expression.exec(text);
    if (found === null) continue;
    const numbers = found.slice(1).map(Number);
    return numbers.some((n) => n > largest) ? undefined : numbers;
  }
  return undefined;
}

/** Whole numbers of a list such as "3, 7, 11". */
export function listOf(text: string): readonly number[] {
  return (text.match(/-?\d+/g) ?? []).map(Number);
}
