/** What every role of one brain shares: the worlds, and reading texts for what they teach. */
import type { PlantedLesson, World } from "../core/world.ts";
import { recogniserOf, type Teaching } from "./guidance/recognise.ts";
import { carefulInLogs, type LogRead, readLog } from "./reading/read-log.ts";
import { remembering } from "./remembering.ts";

export interface Knowledge {
  readonly worlds: readonly World[];
  /** Lessons a Markdown text teaches, by id. */
  lessonsIn(markdown: string): ReadonlyMap<string, Teaching>;
  lesson(id: string): PlantedLesson | undefined;
  /** As reading/read-log.ts has it: a log understood, perhaps with a look of one's own at the material. */
  readLog(log: string, seen?: string): LogRead | undefined;
  /** Traps whose careful form can be seen in one of several logs. */
  carefulInLogs(logs: string): ReadonlySet<string>;
}

/** Pure apart from what it remembers to save time. */
export function knowledgeOf(worlds: readonly World[]): Knowledge {
  const lessons = new Map(worlds.flatMap((w) => w.traps.map((t) => [t.lesson.id, t.lesson] as const)));
  // An agent's conversation is read again at each of its turns.
  const reads = remembering((texts) => {
    const [log = "", seen] = texts.split("\0");
    return { read: readLog(worlds, log, seen) };
  }, 256);
  return {
    worlds,
    lessonsIn: remembering(recogniserOf([...lessons.values()]), 2048),
    lesson: (id) => lessons.get(id),
    carefulInLogs: remembering((logs) => carefulInLogs(worlds, logs), 16),
    readLog: (log, seen) => reads(seen === undefined ? log : `${log}\0${seen}`).read,
  };
}
