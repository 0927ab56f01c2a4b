import { renderPrompt } from "../../agent/render-prompt.ts";
import type { Lesson } from "../../core/evolution.ts";
import { promptFile } from "../call/prompt-file.ts";
import type { BankEntry } from "./bank.ts";

/** Text for the agent's notes (kind `lessons`): the memory items of the entries, best entry first, each marked as coming from a success or a failure. "" for no entries. */
export function renderNotes(entries: readonly Pick<BankEntry, "source" | "lessons">[]): string {
  if (entries.length === 0) return "";
  const memories = entries.map(({ source, lessons }, i) =>
    renderPrompt(promptFile(import.meta.url, `memory-${source}`), { number: String(i + 1), items: lessons.map(renderItem).join("\n") }),
  );
  return renderPrompt(promptFile(import.meta.url, "notes"), { memories: memories.join("\n\n") });
}

/** One bullet; further lines, code among them, are moved in so that they stay part of it. */
function renderItem({ title, description, content }: Lesson): string {
  const text = `**${title}** ${description}\n${content}`.replace(/\r\n?/g, "\n");
  return `- ${text.replace(/\n(?=[^\n])/g, "\n  ")}`;
}
