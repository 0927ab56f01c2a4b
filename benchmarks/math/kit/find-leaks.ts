/** Everything in a text that gives away the reference answer or belongs to one problem only. */
import type { Leak } from "../../../harness/core/contract.ts";
import { answerLeaks } from "./leak-answer.ts";
import { problemLeaks } from "./leak-problem.ts";
import { wordLeaks } from "./leak-words.ts";
import type { TaskFacts } from "./placed-leak.ts";

/** In the order of the text, each finding once. */
export function findLeaks(text: string, facts: TaskFacts): readonly Leak[] {
  // Signs that nobody sees could break a value up.
  const seen = text.replace(/[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]/g, "");
  const all = [...wordLeaks(seen), ...answerLeaks(seen, facts.answer), ...problemLeaks(seen, facts)].sort((a, b) => a.at - b.at);
  const leaks = new Map<string, Leak>();
  for (const { found, why } of all) {
    const key = `${found.toLowerCase()}\n${why}`;
    if (!leaks.has(key)) leaks.set(key, { found, why });
  }
  return [...leaks.values()];
}
