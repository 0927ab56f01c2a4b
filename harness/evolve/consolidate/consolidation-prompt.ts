import { renderPrompt, type Slots } from "../../agent/render-prompt.ts";
import { promptFile } from "../call/prompt-file.ts";

const operations = promptFile(import.meta.url, "edit-operations");
const files = {
  merge: promptFile(import.meta.url, "merge"),
  "merge-again": promptFile(import.meta.url, "merge-again"),
  synthesis: promptFile(import.meta.url, "synthesis"),
  translate: promptFile(import.meta.url, "translate"),
  repair: promptFile(import.meta.url, "repair"),
} as const;

/** System prompt of a role of stage 3, with the edit operations explained in it. */
export function systemPrompt(name: "merge" | "synthesis" | "translate" | "repair"): string {
  return renderPrompt(files[name], { operations });
}

/** A part of a user message of stage 3. A slot that is missing or not used is an error. */
export function messagePart(name: "merge-again", slots: Slots): string {
  return renderPrompt(files[name], slots);
}
