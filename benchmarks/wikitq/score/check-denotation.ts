/** The official evaluator's verdict on one question. */
import { distinct, EvaluatorStops, matches, toValue } from "./values.ts";

/** What a question asks for: items as they are written and, item by item, their canonical form. */
export interface Target {
  readonly values: readonly string[];
  readonly canon?: readonly string[];
}

export interface Verdict {
  readonly verdict: boolean;
  /** Why it is false; "" when it is true. */
  readonly message: string;
}

/** More items or characters than any answer has; above them comparing would only take time. */
export const limits = { items: 10_000, characters: 200_000 } as const;

const shownItems = 8;

/** Items for a message: what there is, cut where it is long. */
export function shown(items: readonly string[]): string {
  const texts = items.slice(0, shownItems).map((item) => JSON.stringify(item.length > 80 ? `${item.slice(0, 80)}…` : item));
  return texts.join(", ") + (items.length > shownItems ? ` and ${items.length - shownItems} more` : "");
}

/**
 * True when target and prediction have equally many distinct values and every target is matched by a predicted one. An empty prediction is false. What the official
 * evaluator cannot judge (it raises) is false with its reason. Throws a TypeError when canons and values differ in number.
 */
export function checkDenotation(target: Target, prediction: readonly string[]): Verdict {
  const { values, canon } = target;
  if (canon !== undefined && canon.length !== values.length)
    throw new TypeError(`a target of ${values.length} items has ${canon.length} canonical forms`);
  const failed = (message: string): Verdict => ({ verdict: false, message });
  if (prediction.length === 0) return failed("no answer was handed in");
  if (prediction.length > limits.items) return failed(`the answer has ${prediction.length} items; the limit is ${limits.items}`);
  const length = prediction.reduce((sum, item) => sum + item.length, 0);
  if (length > limits.characters) return failed(`the answer has ${length} characters; the limit is ${limits.characters}`);
  try {
    const wanted = distinct(values.map((value, i) => toValue(value, canon?.[i])));
    const given = distinct(prediction.map((item) => toValue(item)));
    const pair = `expected ${shown(values)}, got ${shown(prediction)}`;
    if (wanted.length !== given.length) return failed(`${pair}; ${wanted.length} distinct items are wanted, not ${given.length}`);
    return wanted.every((one) => given.some((other) => matches(one, other))) ? { verdict: true, message: "" } : failed(pair);
  } catch (error) {
    if (error instanceof EvaluatorStops) return failed(error.message);
    throw error;
  }
}
