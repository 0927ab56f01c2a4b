/** What the makers of pages have in common. */
import type { Page } from "../page/page.ts";
import { similarity } from "../score/anls.ts";
import type { Random } from "./random.ts";
import { months, type Person, people } from "./vocabulary.ts";

/** One question on a page. Family and hazards are never written to disk: tests use them as the known truth. */
export interface QuestionDraft {
  readonly family: string;
  /** Traps that spoil the answer of this question when they are sprung. */
  readonly hazards: readonly string[];
  readonly question: string;
  readonly answer: string;
  /** As the published file with question types has them. */
  readonly types: readonly string[];
}

export interface PageDraft {
  readonly page: Page;
  readonly questions: readonly QuestionDraft[];
}

/** What a page is ordered with: its draws, how many of its kind came before in its half, and the hazards its questions are to have. */
export interface Order {
  readonly random: Random;
  readonly turn: number;
  readonly hazards: ReadonlySet<string>;
}

/** Whether every wrong answer is one for both scorers. */
export function farFrom(right: string, wrong: readonly string[]): boolean {
  return wrong.every((text) =>
    (["anls", "rrc"] as const).every((scorer) => {
      const judged = similarity(text, [right], scorer);
      return "score" in judged && judged.score < 0.5;
    }),
  );
}

/** Draws until the test holds. Throws a RangeError when it does not in 500 draws: then the test asks for what cannot be had. */
export function drawUntil<T>(draw: () => T, holds: (drawn: T) => boolean): T {
  for (let tries = 0; tries < 500; tries++) {
    const drawn = draw();
    if (holds(drawn)) return drawn;
  }
  throw new RangeError("no draw meets the condition");
}

export function drawPerson(random: Random): Person {
  const [given, familiar] = random.pick(people.givenNames);
  return { given, familiar, surname: random.pick(people.surnames) };
}

export const fullName = (person: Person, initial: string): string => `${person.given} ${initial} ${person.surname}`;

export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export const drawDay = (random: Random): Day => ({ year: random.int(1952, 1994), month: random.int(1, 12), day: random.int(1, 28) });
export const monthName = ({ month }: Day): string => months[month - 1] ?? "";
const two = (n: number): string => String(n).padStart(2, "0");
export const isoDay = ({ year, month, day }: Day): string => `${year}-${two(month)}-${two(day)}`;
export const stampedDay = (date: Day): string => `${monthName(date).slice(0, 3).toUpperCase()} ${two(date.day)} ${date.year}`;

/** 1234567 cents as 12,345.67. */
export function moneyText(cents: number): string {
  return `${countText(Math.floor(cents / 100))}.${two(cents % 100)}`;
}

/** 1234 as 1,234. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
