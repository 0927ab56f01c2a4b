/**
 * Answers in words. The last line that begins with `Answer:` (any case, `Final answer:` and `Answers:` as well, with Markdown emphasis or as a heading) opens the
 * answer: what follows on it and every further line that is not blank is one item a line. Without such a line a reply of a single line is the item; a longer one
 * holds no answer. Fences, quotes of code, emphasis around an item and bullets (`- `, `* `, `• `) before it are not part of it; numbers before items only where all
 * of two or more are numbered from 1 on.
 */

const OPENING = /^[\s>#*_`]*(?:the )?(?:final )?answers?(?: is| are)?[*_`]*\s*:[*_`]*[ \t]*(.*)$/i;
const FENCE = /^\s*(?:```|~~~)\w*\s*$/;

function bare(line: string): string {
  const text = line.trim().replace(/^(?:[-*•]\s+)/, "");
  const wrapped = /^(\*\*|__|`)(.+)\1$/.exec(text);
  return (wrapped?.[2] ?? text).trim();
}

/** Items without their numbers when they are numbered without a gap from 1 on. */
function unnumbered(items: readonly string[]): readonly string[] {
  const matches = items.map((item) => /^(\d+)[.)]\s+(\S.*)$/.exec(item));
  return items.length >= 2 && matches.every((match, i) => match?.[1] === String(i + 1)) ? matches.map((match) => match?.[2] ?? "") : items;
}

/** The items of a reply; none when it holds no answer. */
export function readAnswer(reply: string): readonly string[] {
  const lines = reply.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => !FENCE.test(line));
  const opening = lines.findLastIndex((line) => OPENING.test(line));
  const filled = lines.filter((line) => line.trim() !== "");
  if (opening < 0) return filled.length === 1 ? [bare(filled[0] ?? "")].filter((item) => item !== "") : [];
  const first = OPENING.exec(lines[opening] ?? "")?.[1] ?? "";
  const items = [first, ...lines.slice(opening + 1)].map(bare).filter((item) => item !== "");
  return unnumbered(items);
}

/** A reply that answers with these items; line breaks inside an item become blanks, which the comparison does not tell apart. */
export function writeAnswer(items: readonly string[]): string {
  return ["Answer:", ...items.map((item) => item.replace(/\s+/g, " ").trim())].join("\n");
}
