/** Text of a wanted length about something else, from a stock of sentences that is used up evenly. */
import { cardLines, phrases, sentences } from "./bicycle-repair.ts";
import { seededOrder, seededShare } from "./seeded.ts";

/** Opens sentences whose own wordings are used up. */
const openings = [
  "As a rule,",
  "In most workshops,",
  "With older bicycles,",
  "Where time allows,",
  "On a winter bicycle,",
  "After long tours,",
  "For daily riders,",
  "Strictly speaking,",
  "All the same,",
  "With a new bicycle,",
  "On heavy bicycles,",
  "As ever,",
] as const;

/** Shorter gaps are left open unless asked for: a "Grips." behind every paragraph would be seen. */
const shortestGap = 14;
/** A gap this long can be closed well by later picks. */
const comfortable = 60;

export interface Filler {
  /** Sentences that together have close to `length` characters, never more; "" when nothing fits. Gaps below `leave` stay open. */
  prose(length: number, leave?: number): string;
  /** One phrase without full stop of about `length` characters, at least the shortest there is. */
  phrase(length: number): string;
  /** One line for a code block, at most `length` characters; "" for less than any has. */
  cardLine(length: number): string;
  /** A filler that goes on from here by itself: what it gives out does not count as used here. */
  fork(): Filler;
}

interface Waiting {
  readonly template: string;
  readonly index: number;
  readonly used: number;
  /** Its next wording. */
  readonly text: string;
}

interface Stock {
  /** Each in the order of waiting. */
  readonly sentences: readonly Waiting[];
  readonly phrases: readonly string[];
  readonly cards: readonly Waiting[];
}

/** Each filler begins anew; equal seeds give equal texts for equal requests in equal order. */
export function createFiller(seed: number): Filler {
  const waiting = (template: string, index: number): Waiting => ({ template, index, used: 0, text: wording(template, 0) });
  return fillerFrom(seed, {
    sentences: seededOrder(sentences.map(waiting), seed, "sentences"),
    phrases: seededOrder(phrases, seed, "phrases"),
    cards: seededOrder(cardLines.map(waiting), seed, "cards"),
  });
}

function fillerFrom(seed: number, stock: Stock): Filler {
  let { sentences: stored, phrases: short, cards } = stock;

  function takeSentence(left: number): string | undefined {
    let best: { one: Waiting; rank: number } | undefined;
    const fresh = Math.min(...stored.map((one) => one.used));
    for (const one of stored) {
      const gap = left - one.text.length;
      if (gap < 0) continue;
      // An exact end is best, else a gap that can still be filled; among equals, what was used least and waits longest.
      const rank = (gap <= 1 ? 0 : gap > comfortable ? 1 : 2 + 1 / gap) + 4 * (one.used - fresh);
      if (best === undefined || rank < best.rank) best = { one, rank };
    }
    if (best === undefined) return undefined;
    const { one } = best;
    const used = one.used + 1;
    stored = [...stored.filter((other) => other !== one), { ...one, used, text: sentenceOf(one.template, used, one.index, seed) }];
    return one.text;
  }

  /** The phrase nearest to a length, those that wait longest first; with `most`, none above it. */
  function takePhrase(length: number, most = Number.POSITIVE_INFINITY): string | undefined {
    // A phrase that stood somewhere lately may come again only when it is much nearer.
    const rank = (phrase: string, at: number): number => Math.abs(phrase.length - length) + (8 * at) / short.length;
    let best: { phrase: string; rank: number } | undefined;
    for (const [at, phrase] of short.entries())
      if (phrase.length <= most && (best === undefined || rank(phrase, at) < best.rank)) best = { phrase, rank: rank(phrase, at) };
    if (best !== undefined) short = [...short.filter((phrase) => phrase !== best.phrase), best.phrase];
    return best?.phrase;
  }

  return {
    prose(length, leave = shortestGap) {
      const parts: string[] = [];
      for (let left = length; left >= leave; left -= (parts.at(-1)?.length ?? 0) + 1) {
        const phrase = (): string | undefined => takePhrase(left - 1, left - 1);
        const part = takeSentence(left) ?? (left > 1 ? phrase()?.concat(".") : undefined);
        if (part === undefined) break;
        parts.push(part);
      }
      return parts.join(" ");
    },
    phrase: (length) => takePhrase(length) ?? "",
    cardLine(length) {
      const parts: string[] = [];
      for (let left = length; left >= 4; left -= (parts.at(-1)?.length ?? 0) + 3) {
        // Headings and further lines of the card stand at the beginning of a line only.
        const card = cards.find((one) => one.text.length <= left && (parts.length === 0 || !/^[ #]/.test(one.text)));
        const part = card === undefined ? takePhrase(left, left)?.toLowerCase() : card.text;
        if (part === undefined) break;
        if (card !== undefined) {
          const used = card.used + 1;
          cards = [...cards.filter((one) => one !== card), { ...card, used, text: wording(card.template, used) }];
        }
        parts.push(part);
      }
      return parts.join("   ");
    },
    fork: () => fillerFrom(seed, { sentences: stored, phrases: short, cards }),
  };
}

/** Number of wordings a template has. */
function wordings(template: string): number {
  return [...template.matchAll(/\{([^{}]*)\}/g)].reduce((product, [, choices = ""]) => product * choices.split("|").length, 1);
}

/** The n-th wording of a template: its slots count like the digits of a number. */
export function wording(template: string, n: number): string {
  let rest = n;
  return template.replace(/\{([^{}]*)\}/g, (_, choices: string) => {
    const options = choices.split("|");
    const chosen = options[rest % options.length] ?? "";
    rest = Math.floor(rest / options.length);
    return chosen;
  });
}

function sentenceOf(template: string, used: number, index: number, seed: number): string {
  const own = wordings(template);
  const plain = wording(template, used);
  const round = Math.floor(used / own);
  if (round === 0) return plain;
  const start = Math.floor(seededShare(seed, "opening", index) * openings.length);
  return `${openings[(start + round) % openings.length]} ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`;
}
