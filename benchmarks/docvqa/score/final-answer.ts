/** The answer inside a reply: what stands behind the last label "Answer:". */

const LABEL = "(?:(?:the|my|so|final|short)\\s{1,4}){0,3}answer(?:\\s{1,4}is)?";
/** Marks that Markdown puts before or around a label. */
const OPEN = "[\\s>#*_`~|•–-]{0,40}(?:\\d{1,3}[.)]\\s{1,4})?[*_`]{0,4}";
const CLOSE = "[*_`]{0,4}\\s{0,4}[:：](?:[*_`]{1,4}(?=\\s|$))?\\s*";
/** A label at the beginning of a line. */
const AT_START = new RegExp(`^${OPEN}${LABEL}${CLOSE}(.*)$`, "iu");
/** A label behind a sentence that ends on the same line. */
const BEHIND = new RegExp(`[.!?;)]["'”’)]{0,3}\\s{1,4}[*_\`]{0,4}${LABEL}${CLOSE}`, "giu");

/** Longer lines are no answers, and are not searched. */
const MOST_CHARS = 20_000;

const FENCE = /^\s*(?:```|~~~)/;

/**
 * The answer of a reply, without Markdown and one pair of quotation marks around it.
 *
 * Where lines begin with the label "Answer:", the last of them counts; without one, a label behind a sentence inside a line. A label with nothing behind it names the
 * next line. Without any label the last line that is not empty is taken, because a reply that gives reasons gives them first, and a reply of one line is its
 * own answer. "" when there is none.
 */
export function finalAnswer(reply: string): string {
  const lines = reply.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => !FENCE.test(line));
  for (const find of [afterLabel, afterInnerLabel]) {
    for (let i = lines.length - 1; i >= 0; i--) {
      const found = find(lines[i] ?? "");
      if (found === undefined) continue;
      return bare(withoutMarks(found) === "" ? (lines.slice(i + 1).find((line) => line.trim() !== "") ?? "") : found);
    }
  }
  return bare(lines.findLast((line) => line.trim() !== "") ?? "");
}

function afterLabel(line: string): string | undefined {
  return line.length > MOST_CHARS ? undefined : AT_START.exec(line)?.[1];
}

function afterInnerLabel(line: string): string | undefined {
  if (line.length > MOST_CHARS) return undefined;
  const last = [...line.matchAll(BEHIND)].at(-1);
  return last === undefined ? undefined : line.slice(last.index + last[0].length);
}

const MARKS = ["***", "**", "*", "___", "__", "_", "```", "``", "`"] as const;

/** Emphasis and code marks in pairs around the text; and what is left at its end of a pair around label and answer. */
function withoutMarks(text: string): string {
  let rest = text.trim();
  if (rest.length > MOST_CHARS) return rest;
  // Nobody sets more marks than that; a page full of them is not peeled one by one.
  for (let layer = 0; layer < 8; layer++) {
    const mark = MARKS.find((m) => rest.length > 2 * m.length && rest.startsWith(m) && rest.endsWith(m));
    if (mark === undefined) break;
    rest = rest.slice(mark.length, -mark.length).trim();
  }
  const left = MARKS.find((m) => m !== "_" && rest.length > m.length && rest.endsWith(m) && rest.indexOf(m) === rest.length - m.length);
  return left === undefined ? rest : rest.slice(0, -left.length).trim();
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ["“", "”"],
  ["‘", "’"],
  ["«", "»"],
];

/** Takes marks away, then one pair of quotation marks; what stands inside those is left as it is. */
function bare(text: string): string {
  const rest = withoutMarks(text);
  const quoted = PAIRS.some(([open, close]) => rest.length >= 2 && rest.startsWith(open) && rest.endsWith(close));
  return quoted ? rest.slice(1, -1).trim() : rest;
}

/** A reply from which `finalAnswer` reads the given text, blanks apart. */
export function replyWith(answer: string): string {
  const line = answer.replace(/\s+/g, " ").trim();
  const plain = `Answer: ${line}`;
  return finalAnswer(plain) === line && line !== "" ? plain : `Answer: "${line}"`;
}
