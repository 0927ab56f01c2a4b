import type { Task } from "../../core/record.ts";

/** Slots in which benchmarks put what is asked, in the order they are taken. */
const askingSlots = ["instruction", "question", "problem", "query", "task"] as const;
const contentLines = 5;
const lineChars = 200;
const mostChars = 4000;

/**
 * The text by which a task is compared with others, from what the agent is shown: the slots that ask (`instruction`, `question`, `problem`, `query`, `task`), then the
 * first five lines of every slot named `…content` or `…table`, lines cut at 200 characters. A task without an asking slot gives all slots in the order of their
 * names, those that are only a path left out. At most 4,000 characters, never half a character.
 */
export function queryText(task: Pick<Task, "slots">): string {
  const slots = Object.entries(task.slots).sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = askingSlots.flatMap((name) => task.slots[name] ?? []).map((text) => text.trim());
  const content = slots.filter(([name]) => /(?:^|_)(?:content|table)$/.test(name)).map(([, text]) => firstLines(text));
  const all = slots.filter(([, text]) => !/^\/\S*$/.test(text.trim())).map(([, text]) => text.trim());
  const parts = asked.some((text) => text !== "") ? [...asked, ...content] : all;
  return Array.from(parts.filter((part) => part !== "").join("\n\n"))
    .slice(0, mostChars)
    .join("");
}

function firstLines(text: string): string {
  const lines = text.trim().split(/\r?\n/).slice(0, contentLines);
  return lines.map((line) => Array.from(line).slice(0, lineChars).join("")).join("\n");
}
