/** Text as the simulated model reads it: lower-case words and clause marks, nothing else. */

/** A word, or one of the marks `,` and `:`. */
export type Word = string;

/** Words of one sentence. Hyphens, underscores and slashes separate words; `#n/a` becomes `#na`, `don't` becomes `dont`; brackets and dashes count as commas. */
export function wordsOf(sentence: string): readonly Word[] {
  const plain = sentence
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/(?<=[a-z])'(?=[a-z])/g, "")
    .replace(/#(n|div|ref|value|num|name)(?:\/[a0])?\b[!?]?|\bn\/a\b/g, (_, name: string | undefined) =>
      name === undefined || name === "n" ? " #na " : ` #${name} `,
    )
    .replace(/\s[\u2013\u2014-]+\s|[\u2014()[\]]/g, " , ");
  return plain.match(/\d+[.]\d+|#?[+]?[\p{L}\p{N}]+|[,:]/gu) ?? [];
}

export function isMark(word: Word): boolean {
  return word === "," || word === ":";
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const determiners = set("the a an every its their your our my");
const otherDeterminers = set("each these those any some both all this that no");
const plainPrepositions = set("of for from with by at into onto against during between across per via within without until about than");
const movable = set("in to on as before after over under through so up down out");
const joiners = set("and or but nor");
const openers = set("if when whenever while because unless whether where since");
const helpers = set("is are was were be been being");
const modals = set("must should shall can could may might will would");
const pronouns = set("it they them you we");

const negations = set("never not dont always");
const auxiliaries = set("do does did has have had");

const small = (w: Word): boolean => [plainPrepositions, movable, joiners, openers, helpers, modals, pronouns].some((kind) => kind.has(w));

/** Whether English hardly lets `next` follow `word`; `next` is undefined at the end of a sentence. */
function clash(word: Word, next: Word | undefined, before: Word | undefined): boolean {
  if (word === "than" && !/^(?:more|less|rather|other|later|fewer|\w+er)$/.test(before ?? "")) return true;
  if (word === next) return true;
  if (next === undefined || isMark(next)) return endClashes(word, next === undefined);
  if (determiners.has(word))
    return small(next) || determiners.has(next) || otherDeterminers.has(next) || isPlainVerb(next) || negations.has(next);
  if (otherDeterminers.has(word)) return word !== "that" && word !== "this" && word !== "all" && word !== "both" && determiners.has(next);
  if (word === "to")
    return (
      joiners.has(next) || plainPrepositions.has(next) || modals.has(next) || openers.has(next) || next === "to" || negations.has(next)
    );
  if (plainPrepositions.has(word))
    return (
      helpers.has(next) ||
      modals.has(next) ||
      joiners.has(next) ||
      plainPrepositions.has(next) ||
      (isPlainVerb(next) && word !== "than") ||
      next === "never"
    );
  if (movable.has(word))
    return (
      joiners.has(next) ||
      helpers.has(next) ||
      modals.has(next) ||
      (next === "of" && word !== "out") ||
      (isPlainVerb(next) && word !== "so")
    );
  if (joiners.has(word)) return joiners.has(next) || next === "of" || next === "than";
  if (openers.has(word))
    return (
      joiners.has(next) ||
      helpers.has(next) ||
      next === "of" ||
      next === "than" ||
      negations.has(next) ||
      movable.has(next) ||
      isPlainVerb(next)
    );
  if (modals.has(word)) return next !== "be" && !pronouns.has(next) && !negations.has(next) && (determiners.has(next) || small(next));
  if (helpers.has(word))
    return (
      modals.has(next) ||
      joiners.has(next) ||
      next === "of" ||
      isPlainVerb(next) ||
      (word === "be" && ["before", "after", "and"].includes(next))
    );
  if (auxiliaries.has(word))
    return (
      helpers.has(next) ||
      modals.has(next) ||
      joiners.has(next) ||
      next === "of" ||
      (word === "do" && (determiners.has(next) || movable.has(next)))
    );
  if (negations.has(word)) return word !== "always" && (auxiliaries.has(next) || modals.has(next) || joiners.has(next));
  if (word === "they" || word === "we")
    return determiners.has(next) || plainPrepositions.has(next) || joiners.has(next) || movable.has(next);
  if (word === "it") return determiners.has(next) || next === "it" || pronouns.has(next);
  return isImperative(word) && (helpers.has(next) || modals.has(next) || isPlainVerb(next) || next === "of");
}

/** Words that cannot end a clause, or only before a comma. */
function endClashes(word: Word, sentence: boolean): boolean {
  if (determiners.has(word) || modals.has(word) || joiners.has(word) || openers.has(word) || negations.has(word))
    return word !== "not" || sentence;
  if (plainPrepositions.has(word)) return word !== "for" || sentence;
  return (
    sentence && (helpers.has(word) || ["to", "in", "on", "as", "so", "such", "they", "we", "do", "does", "have", "has"].includes(word))
  );
}

/**
 * Whether the words stand in an order English allows, judged by its small words alone: an article is not followed by a preposition, no sentence ends in one, and so on.
 * Terse notes without small words pass; shuffled sentences rarely do. `misplaced` counts faults seen in the spelling (statements.ts).
 */
export function readsAsProse(words: readonly Word[], misplaced: number): boolean {
  const faults = words.reduce((n, word, i) => n + (clash(word, words[i + 1], words[i - 1]) ? 1 : 0), misplaced);
  return faults * 20 <= words.length;
}

const imperatives = set(
  "trim strip normalise normalize lower lowercase uppercase fold ignore disregard compare match convert coerce parse cast turn change interpret translate check inspect verify test " +
    "detect confirm ensure handle assume trust read scan process loop iterate go continue stop determine find delete remove drop work collect rebuild rewrite write put place save fill " +
    "select open address use pick keep preserve leave start begin overwrite treat store pad convert round retain carry add count include subtract skip exclude omit filter replace clean take choose " +
    "recalculate recompute calculate compute run force make rely avoid forget",
);

/** Whether a word is a verb in the form advice begins with. */
export function isImperative(word: Word): boolean {
  return imperatives.has(word);
}

const nouns = set(
  "start match change test check stop scan process loop place count round fill use run force cast turn work drop pad store address strip trim order end read",
);

/** A verb that is hardly ever a noun: it does not follow an article or a preposition. */
function isPlainVerb(word: Word): boolean {
  return imperatives.has(word) && !nouns.has(word) && !["put", "set", "read", "cut"].includes(word);
}

const beforeAdvice = set(
  "and or then to always never not dont do does please first just only so also instead should must can could may will would shall need be been being is are were was either rather better best help " +
    "you we they it that which who afterwards therefore still simply explicitly otherwise cannot shouldnt mustnt ever now next again merely even both having forget",
);
const beforeGerund = set("before after when while by without of for than from on in avoid through upon stop and or");

/** Whether the word at `at` can begin advice: a clause starts there, or what stands before it leads up to a verb. */
export function canBeginAdvice(words: readonly Word[], at: number): boolean {
  const word = words[at] ?? "";
  const before = words[at - 1];
  if (before === undefined || isMark(before) || beforeAdvice.has(before) || before.endsWith("ly")) return true;
  if (word.endsWith("ing")) return beforeGerund.has(before);
  return isImperative(before) && before !== word;
}

/** Small words and verbs with a capital in the middle of a sentence, and full stops before a small letter: signs that the words were moved about. */
export function misplacedSpelling(sentence: string): number {
  const stops = sentence.match(/(?<!\b(?:e\.g|i\.e|etc|vs|cf|approx|no|incl|resp))[a-z)]\.\s+(?=[a-z])/g)?.length ?? 0;
  const capitals = [...sentence.matchAll(/(?<=[a-z,]\s+)[A-Z][a-z']+\b/g)].filter(([w]) => {
    const small = w.toLowerCase().replaceAll("'", "");
    return (
      determiners.has(small) ||
      openers.has(small) ||
      plainPrepositions.has(small) ||
      isImperative(small) ||
      ["dont", "do", "never", "before", "after", "some"].includes(small)
    );
  }).length;
  return stops + capitals;
}
