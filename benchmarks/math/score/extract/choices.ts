/** Single letters A to D in running text: answers of multiple-choice questions. */

const letter = /(?:^|[\s*:])([A-D])(?=$|[\s.,*:;])/g;

/** The letter that follows the last "answer", else the last letter that stands alone, in lower case. */
export function readChoice(text: string): string | undefined {
  const lower = text.toLowerCase();
  const anchor = lower.lastIndexOf("answer");
  const after = anchor < 0 ? undefined : [...text.slice(anchor, anchor + 60).matchAll(letter)][0]?.[1];
  if (after !== undefined) return after.toLowerCase();
  let last: string | undefined;
  for (const match of text.matchAll(letter)) last = match[1];
  return last?.toLowerCase();
}
