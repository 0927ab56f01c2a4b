/** Where the lines of a skill match one task: by the benchmark's own leak check, and by words in a row and rare tokens. */
import type { Kit } from "../../core/contract.ts";
import type { SkillLine } from "./skill-text.ts";
import { quotedWords, runsIn, type TaskWords, tokensIn, wordsIn } from "./task-words.ts";

/** `answer`: something of the truth. `constant`: a name, place or number of the task. `quote`: its words. `wording`: talk about a reference answer, which belongs to no task. */
export type MatchKind = "answer" | "constant" | "quote" | "wording";

export interface Match {
  readonly line: SkillLine;
  readonly kind: MatchKind;
  readonly found: string;
  /** A clause: "is a value of the reference answer". */
  readonly why: string;
}

/** Kinds of the clauses that benchmarks give (`Leak.why`), by their words. */
export function kindOfLeak(why: string): MatchKind {
  if (/which nobody has/.test(why)) return "wording";
  return /reference answer/.test(why) && !/position/.test(why) ? "answer" : "constant";
}

/**
 * What a benchmark's kit finds. The whole text is asked once, because a value may stand in several lines; each finding is then looked up in the lines. `known` is the text of
 * the start skill: what stood there before any task was seen is nothing that was learned.
 */
export function leakMatches(lines: readonly SkillLine[], kit: Pick<Kit, "leaks">, known: string): readonly Match[] {
  const text = lines.map((line) => line.text).join("\n");
  return kit.leaks(text).flatMap(({ found, why }) => {
    const kind = kindOfLeak(why);
    if (kind !== "wording" && standsIn(known, found)) return [];
    const wanted = squeezed(found);
    const finds = (line: SkillLine): boolean => kit.leaks(line.text).some((one) => one.found === found && one.why === why);
    const there = lines.filter((line) => squeezed(line.text).includes(wanted));
    const exact = (there.length > 0 ? there : lines).filter(finds);
    return (exact.length > 0 ? exact : there).map((line): Match => ({ line, kind, found, why }));
  });
}

/** Whether words stand in a text as words of their own. */
function standsIn(text: string, words: string): boolean {
  const escaped = squeezed(words).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(text);
}

const squeezed = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** Words in a row and rare tokens of a task. `isRare` tells whether a run or token belongs to few tasks; `known` are those of the start skill. */
export function wordMatches(
  lines: readonly SkillLine[],
  words: TaskWords,
  { isRare, known }: { readonly isRare: (text: string) => boolean; readonly known: ReadonlySet<string> },
): readonly Match[] {
  const matches: Match[] = [];
  const add = (line: SkillLine, kind: MatchKind, found: string, why: string): void => {
    if (isRare(found) && !known.has(found)) matches.push({ line, kind, found, why });
  };
  for (const line of lines)
    for (const { token } of tokensIn(line.text)) {
      if (words.secrets.has(token)) add(line, "answer", token, "stands in the reference answer and in no other text of the task");
      else if (words.tokens.has(token)) add(line, "constant", token, "stands in this task's text or file names");
    }
  const flow = lines.flatMap((line) => wordsIn(line.text).map(([word]) => ({ word: word.toLowerCase(), line })));
  const runs = runsIn(flow.map(({ word }) => word));
  let quotedTo = -1;
  for (const [i, run] of runs.entries()) {
    const start = flow[i];
    // Words that all tasks begin with are passed over: the run that tells may begin inside them.
    if (start === undefined || i < quotedTo || !words.runs.has(run) || !isRare(run)) continue;
    add(start.line, "quote", run, `quotes ${quotedWords} words of this task in a row`);
    quotedTo = i + quotedWords;
  }
  return matches;
}

/** The text of some lines, as `leakMatches` wants it. */
export const textOfLines = (lines: readonly SkillLine[]): string => squeezed(lines.map((line) => line.text).join("\n"));

/** Runs and tokens of some lines. */
export function wordsOfLines(lines: readonly SkillLine[]): ReadonlySet<string> {
  const words = lines.flatMap((line) => wordsIn(line.text).map(([word]) => word.toLowerCase()));
  return new Set([...runsIn(words), ...lines.flatMap((line) => tokensIn(line.text).map(({ token }) => token))]);
}
