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
  /** What a comparison with the right result shows when it did harm; any of them may be seen. */
  readonly signs: readonly Sign[];
  readonly lesson: PlantedLesson;
}

/**
 * How a wrong cell differs from the right one: nothing there, something where nothing belongs, one more or less, less than one more or less, smaller, larger,
 * the same text but for zeros and blanks, a place that does not exist, or otherwise.
 */
export type Sign = "empty" | "extra" | "off-by-one" | "cents" | "lower" | "higher" | "spelling" | "missing" | "other";

/** A lesson as an analyst may write it: a few words, one sentence, at most three sentences of advice. No constants of a task. */
export interface Wording {
  readonly title: string;
  readonly description: string;
  readonly content: string;
}

/**
 * One thing a lesson must say. `anyOf` and `orNever` are word patterns: words in order, `a|b` for alternatives, `a*` for a stem,
 * at most two other words between neighbours, `..` for at most six.
 */
export interface LessonGroup {
  /** The advice must stand in one sentence; topic and condition may also stand in the rest of its list item or paragraph, the topic also in its heading. */
  readonly role: "topic" | "advice" | "condition";
  readonly anyOf: readonly string[];
  /** Harmful practice: it is advice when the sentence warns against it, and none when it recommends it. */
  readonly orNever?: readonly string[];
}

/** How guidance against a trap is recognised in free wording: every group must be met, and no negation may govern the `advice` group's match. */
export interface PlantedLesson {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly LessonGroup[];
  /** Id of a lesson that says the opposite. A statement of either that leaves its condition out holds for every task, also where it is wrong. */
  readonly contradicts?: string;
  /** Paraphrases, each recognised as this lesson and as no other. */
  readonly wordings: readonly Wording[];
  /** Wordings that lost the condition; none for lessons without one. */
  readonly sloppy: readonly Wording[];
}

export interface TaskFamily {
  readonly id: string;
  readonly title: string;
  readonly traps: readonly string[];
}

export interface World {
  readonly benchmark: string;
  /** Bump when anything a simulated model says or does changes; part of the model's identity. */
  readonly rev: number;
  readonly families: readonly TaskFamily[];
  readonly traps: readonly Trap[];
  /** Habits that do no harm and teach no lesson, as success analysts name them. */
  readonly superstitions: readonly Wording[];
  /** Lessons from errors that are plain to see in a log and cost nothing, as failure analysts name them who look no further. */
  readonly wrongTurns: readonly WrongTurn[];
  /** What a model knows of this kind of task before it has seen one. */
  readonly commonplaces: Commonplaces;
  /** How the simulated model works on such tasks. Worlds without one are data only. */
  readonly playbook?: Playbook;
}

export interface WrongTurn extends Wording {
  /** Regular expression, case-insensitive: what in a log suggests it. */
  readonly cue: string;
}

/** Material of a weak skill draft; none of it teaches a lesson. */
export interface Commonplaces {
  /** Words by which a description of tasks is known to be about this world. */
  readonly subject: string;
  readonly name: string;
  readonly description: string;
  readonly title: string;
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
}

// ---- acting -----------------------------------------------------------------------------------------------------------

/** One command the simulated model runs, and what it says before. */
export interface Move {
  readonly thought: string;
  readonly command: string;
}

/** Pure functions from messages to commands and answers; they see only what a model sees. */
export interface Playbook {
  /**
   * Undefined when the first user message is not a task of this benchmark. `pictures` are the images sent with it, as file bytes, in order; an analyst who reads a log
   * may have none. Cheap: what costs time (reading a picture) is left to `plan`.
   */
  open(firstMessage: string, pictures?: readonly Uint8Array[]): Approach | undefined;
}

/** How one task is approached, from its text alone. */
export interface Approach {
  /** Absent where the task is understood from its own text and pictures: then `plan` is asked with "" first. */
  readonly look?: Move;
  /** A shorter look, for when the first one's observation was cut or could not be read. */
  readonly glance?: Move;
  /**
   * What to do, from the task text and what was seen; undefined when the task is not understood. `observation` may also be a whole log that shows what was seen: an
   * analyst plans from that, so an answer has to quote what it was read from.
   */
  plan(observation: string): Plan | undefined;
  /** What a model does that understands nothing: tries something and stops. */
  readonly flounder: readonly Move[];
  /** What it hands in where the task ends in words. */
  readonly guess?: string;
}

export interface Plan {
  readonly family: string;
  /** Traps that this way of solving can fall into; whether one does harm is up to the task's data. */
  readonly traps: readonly string[];
  /** The remaining commands, with the given traps sprung; none where the answer is given at once. */
  moves(sprung: ReadonlySet<string>): readonly Move[];
  /**
   * Tasks that end in words: the reply with the given traps sprung, working first, one step a line, the answer last in the form the task asks for. A sprung trap shows in
   * the lines of the working, so that who reads them can tell which one it was. Absent where a file is handed in.
   */
  answer?(sprung: ReadonlySet<string>): string;
}
