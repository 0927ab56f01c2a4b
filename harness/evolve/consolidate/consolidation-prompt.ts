import { renderPrompt, type Slots } from "../../agent/render-prompt.ts";
import { promptFile } from "../call/prompt-file.ts";
import { answerForm, editOperations, whatASkillIs } from "../propose/prompt-parts.ts";

const prompt = (name: string, slots: Slots): string => renderPrompt(promptFile(import.meta.url, name), slots);

/** Merged and synthesised edits carry `from`; those of a repair only their own fields, of which `op` is one. */
const parts = (beside: string): Slots => ({
  what_a_skill_is: whatASkillIs,
  edit_operations: editOperations(beside),
  answer_form: answerForm,
});

export const mergePrompt = prompt("merge", parts("from"));
export const synthesisPrompt = prompt("synthesis", parts("from"));
export const translatePrompt = prompt("translate", { answer_form: answerForm });
export const repairPrompt = prompt("repair", parts("op"));

/** The end of a merge message that is asked a second time, because ids vanished. Both values are data blocks. */
export function mergeAgain(earlierReply: string, vanished: string): string {
  return prompt("merge-again", { earlier_reply: earlierReply, vanished });
}
