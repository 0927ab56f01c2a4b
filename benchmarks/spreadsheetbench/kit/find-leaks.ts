import type { Leak } from "../../../harness/core/contract.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { constantLeaks } from "./leak-constants.ts";
import { valueLeaks } from "./leak-values.ts";
import { wordLeaks } from "./leak-words.ts";
import { withoutInvisible } from "./odd-spellings.ts";

/** Everything in a text that gives away the reference answer or belongs to this task only: in the order of the text, each finding once. */
export function findLeaks(text: string, facts: AnswerFacts): readonly Leak[] {
  const seen = withoutInvisible(text);
  const all = [...wordLeaks(seen), ...valueLeaks(seen, facts), ...constantLeaks(seen, facts)].sort((a, b) => a.at - b.at);
  const leaks = new Map<string, Leak>();
  for (const { found, why } of all) {
    const key = `${found.toLowerCase()}\n${why}`;
    if (!leaks.has(key)) leaks.set(key, { found, why });
  }
  return [...leaks.values()];
}
