/**
 * A benchmark's planted truth, as data: what the sample generator makes and what the simulated model can get wrong.
 * Nothing here reaches a model or an agent; task texts carry no family, trap or seed.
 */

/** A way to go wrong that leaves a really wrong artifact, and the guidance that avoids it. */
export interface Trap {
  readonly id: string;
  /** One sentence for people: what goes wrong. */
  readonly fault: string;
  /** `systematic` traps recur over many tasks, `idiosyncratic` ones hit one or two of the evolve split. */
  readonly prevalence: "systematic" | "idiosyncratic";
  readonly lesson: Lesson;
}

/** How guidance against a trap is recognised in free wording: every group must be met by one of its patterns within one statement, and no negation may stand before the `advice` group's match. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly { readonly role: "topic" | "advice" | "condition"; readonly anyOf: readonly string[] }[];
  /** Id of a lesson that says the opposite unless its condition is kept. */
  readonly contradicts?: string;
}

export interface TaskFamily {
  readonly id: string;
  readonly title: string;
  readonly traps: readonly string[];
}

export interface World {
  readonly benchmark: string;
  readonly rev: number;
  readonly families: readonly TaskFamily[];
  readonly traps: readonly Trap[];
}
