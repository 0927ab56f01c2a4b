/** What every role of one brain shares: the worlds, and reading texts for what they teach. */
import type { PlantedLesson, World } from "../core/world.ts";
import { recogniserOf, type Teaching } from "./guidance/recognise.ts";
import { remembering } from "./remembering.ts";

export interface Knowledge {
  readonly worlds: readonly World[];
  /** Lessons a Markdown text teaches, by id. */
  lessonsIn(markdown: string): ReadonlyMap<string, Teaching>;
  lesson(id: string): PlantedLesson | undefined;
}

/** Pure apart from what it remembers to save time. */
export function knowledgeOf(worlds: readonly World[]): Knowledge {
  const lessons = new Map(worlds.flatMap((w) => w.traps.map((t) => [t.lesson.id, t.lesson] as const)));
  return { worlds, lessonsIn: remembering(recogniserOf([...lessons.values()]), 2048), lesson: (id) => lessons.get(id) };
}
