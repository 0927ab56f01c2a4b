/** Lessons and causes as analysts put them down. */
import type { Trap, Wording } from "../../core/world.ts";
import { type Draw, pickAt } from "../asked.ts";
import type { Teaching } from "../guidance/recognise.ts";

/** How a lesson stands to the skill the agent had. */
export type Relation = "missing" | "unclear" | "ignored";

export interface WrittenLesson extends Wording {
  readonly relation: Relation;
}

/** The trap's lesson in one of its wordings; by the rate `sloppy` one that lost its condition. `version` chooses anew when a wording was refused. */
export function lessonFor(trap: Trap, draw: Draw, sloppy: number, version = 0): Wording {
  const { id, wordings, sloppy: unconditional } = trap.lesson;
  const careless = unconditional.length > 0 && draw("sloppy", id) < sloppy;
  const list = careless ? unconditional : wordings;
  const chosen = pickAt(list, (draw("wording", id) + version / list.length) % 1);
  return chosen ?? { title: trap.lesson.title, description: trap.fault, content: trap.lesson.title };
}

/** Why it went wrong, without a name or number of the task. `work` is what the agent left: a script, or the working of an answer. */
export function causeFor(trap: Trap, work: "script" | "working"): Wording {
  const title = trap.fault.split(/[,;.]/)[0] ?? trap.fault;
  const content =
    work === "script"
      ? "The script does it this way, and what it wrote is wrong in the places that depend on it."
      : "The working was done this way, and the answer that came of it is wrong.";
  return { title, description: trap.fault, content };
}

/** Said where nothing points to a cause. */
export const causeUnknown: Wording = {
  title: "The cause is not to be seen",
  description: "The log does not show where the work went wrong.",
  content: "Nothing in the run tells a mistake from what was asked for.",
};

export function causeOfWrongTurn(wording: Wording): Wording {
  return { title: wording.title, description: wording.description, content: "The log shows this, and the result was wrong." };
}

export function related(wording: Wording, trap: Trap | undefined, skill: ReadonlyMap<string, Teaching>): WrittenLesson {
  const { title, description, content } = wording;
  const taught = trap === undefined ? undefined : skill.get(trap.lesson.id);
  return { title, description, content, relation: taught === "taught" ? "ignored" : taught === "always" ? "unclear" : "missing" };
}

/** A lesson as it is said to somebody. */
export function adviceOf({ title, content }: Pick<Wording, "title" | "content">): string {
  return `${title.replace(/[.!?:]+$/, "")}. ${content.trim().replace(/\s*\n\s*/g, " ")}`;
}

/** Lessons as a list item of a skill. */
export function bulletOf({ title, content }: Pick<Wording, "title" | "content">): string {
  return `- **${title.replace(/[.!?:]+$/, "")}.** ${content.trim().replace(/\s*\n\s*/g, " ")}`;
}
