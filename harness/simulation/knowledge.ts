/** What every role of one brain shares: the worlds, and reading texts for what they teach. */
import type { PlantedLesson, World } from "../core/world.ts";
import { recogniserOf, type Teaching } from "./guidance/recognise.ts";
import { carefulInLogs, type LogRead, readLog } from "./reading/read-log.ts";
import { keeping, remembering } from "./remembering.ts";
import { worldBySubject } from "./worlds/choose-world.ts";
import { type OpenTask, taskKey, taskOpener } from "./worlds/open-task.ts";

export interface Knowledge {
  readonly worlds: readonly World[];
  /** A text as a task or the log of one. */
  readonly open: OpenTask;
  /** The world a text is about: the one whose task or log it is, else the one whose subject it speaks of; undefined when neither tells. */
  worldOf(text: string): World | undefined;
  /** Lessons a Markdown text teaches, by id. */
  lessonsIn(markdown: string): ReadonlyMap<string, Teaching>;
  lesson(id: string): PlantedLesson | undefined;
  /** As reading/read-log.ts has it: a log understood, perhaps with a look of one's own at the material, perhaps with the task's pictures. */
  readLog(log: string, shown?: { readonly seen?: string; readonly pictureUrls?: readonly string[] }): LogRead | undefined;
  /** Traps whose careful form can be seen in one of several logs. */
  carefulInLogs(logs: string): ReadonlySet<string>;
}

/** Pure apart from what it remembers to save time. */
export function knowledgeOf(worlds: readonly World[]): Knowledge {
  const lessons = new Map(worlds.flatMap((w) => w.traps.map((t) => [t.lesson.id, t.lesson] as const)));
  const open = taskOpener(worlds);
  // An agent's conversation is read again at each of its turns.
  const reads = keeping<{ readonly read: LogRead | undefined }>(256);
  return {
    worlds,
    open,
    worldOf: (text) => open(text)?.world ?? worldBySubject(worlds, text),
    lessonsIn: remembering(recogniserOf([...lessons.values()]), 2048),
    lesson: (id) => lessons.get(id),
    carefulInLogs: remembering((logs) => carefulInLogs(open, logs), 16),
    readLog: (log, shown = {}) => {
      const key = `${taskKey(log, shown.pictureUrls ?? [])}\0${shown.seen === undefined ? "" : `seen ${shown.seen}`}`;
      return reads(key, () => ({ read: readLog(open, log, shown) })).read;
    },
  };
}
