import type { PageRows } from "../page/read-page.ts";
import type { Segment } from "./lines.ts";

/** All that one family's reader may go by. */
export interface Scene {
  readonly question: string;
  readonly rows: PageRows;
  readonly segments: readonly Segment[];
}

export type Sprung = ReadonlySet<string>;

/** How an answer was come by, one step a line, and the answer. */
export interface Worked {
  readonly steps: readonly string[];
  readonly answer: string;
}

/** A question understood. */
export interface Job {
  readonly family: string;
  work(sprung: Sprung): Worked;
}

/** One way of solving as the solver knows it. `understand` gives undefined when the question is about something else or what it names is not on the page. */
export interface FamilySolver {
  readonly families: readonly { readonly id: string; readonly title: string; readonly traps: readonly string[] }[];
  understand(scene: Scene): Job | undefined;
}

/** Whether the words of `name` stand in the text, as words of their own and in any case. */
export function mentions(text: string, name: string): boolean {
  if (name === "") return false;
  const [hay, needle] = [text.toLowerCase(), name.toLowerCase()];
  const edge = /[\p{L}\p{N}]/u;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1))
    if (!edge.test(hay[at - 1] ?? "") && !edge.test(hay[at + needle.length] ?? "")) return true;
  return false;
}

/** The longest name that the text mentions. */
export function longestMentioned<T>(text: string, items: readonly T[], nameOf: (item: T) => string): T | undefined {
  return items
    .filter((item) => mentions(text, nameOf(item)))
    .reduce<T | undefined>((best, item) => (best === undefined || nameOf(item).length > nameOf(best).length ? item : best), undefined);
}

/** The trap's line when it is sprung, else the sound one. */
export function stepOf(sprung: Sprung, trap: string, lines: { readonly sprung: string; readonly sound: string }): string {
  return sprung.has(trap) ? lines.sprung : lines.sound;
}

/** Ends the work; where the bare-span trap is sprung, with a sentence around the answer. */
export function concluded(sprung: Sprung, steps: readonly string[], answer: string, sentence: (answer: string) => string): Worked {
  if (!sprung.has("wrapped-in-sentence")) return { steps, answer };
  return { steps: [...steps, "I answer in a complete sentence."], answer: sentence(answer) };
}
