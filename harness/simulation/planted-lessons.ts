/** For tests and reports only: which of a world's lessons a text teaches. No request and no reply ever carries these ids. */
import type { World } from "../core/world.ts";
import { recogniserOf, type Teaching } from "./guidance/recognise.ts";

/** Ids of the lessons taught in `text`, Markdown or plain, each with whether its condition is there. Lessons it does not teach are absent. */
export function plantedLessonsIn(world: World, text: string): ReadonlyMap<string, Teaching> {
  return recogniserOf(world.traps.map((t) => t.lesson))(text);
}
