import { renderPrompt, type Slots } from "../../agent/render-prompt.ts";
import type { Without } from "../../core/evolution-spec.ts";
import { promptFile } from "../call/prompt-file.ts";
import { answerForm, editOperations, whatASkillIs } from "../propose/prompt-parts.ts";

const prompt = (name: string, slots: Slots): string => renderPrompt(promptFile(import.meta.url, name), slots);

/** Merged and synthesised edits carry `from`; those of a repair only their own fields, of which `op` is one. */
const parts = (beside: string): Slots => ({
  what_a_skill_is: whatASkillIs,
  edit_operations: editOperations(beside),
  answer_form: answerForm,
});

const rule = (name: string): string => promptFile(import.meta.url, `merge-rule-${name}`);

/** What a merge call is told. Without the prevalence rule it hears nothing of how often something was proposed, without the style guide not to be lean, without guardrails not to keep edits apart and pairs whole. */
export function mergePrompt(without: Without): string {
  const counted = !without.includes("prevalence");
  const text = (name: string): string => rule(counted ? name : `${name}-uncounted`);
  const guarded = !without.includes("guardrails");
  const rules = [
    text("join"),
    ...(counted ? [rule("recurs")] : []),
    text("unique"),
    text("contradictions"),
    ...(without.includes("style") ? [] : [rule("lean")]),
    ...(guarded ? [rule("overlap"), rule("pairs")] : []),
    rule("existing"),
  ];
  const numbered = rules.map((one, i) => `${i + 1}. ${one}`).join("\n");
  return prompt("merge", { ...parts("from"), edit_facts: text("edit-facts"), rules: numbered });
}

/** What is asked when edits contradict each other. */
export function synthesisPrompt(without: Without): string {
  const counted = !without.includes("prevalence");
  return prompt("synthesis", {
    ...parts("from"),
    edit_facts: rule(counted ? "edit-facts" : "edit-facts-uncounted").replace("Every edit has", "Each has"),
    first: counted ? ", the better supported one first" : "",
    followed: counted ? "with more support" : "that is better founded",
  });
}

export const translatePrompt = prompt("translate", { answer_form: answerForm });
export const repairPrompt = prompt("repair", parts("op"));

/** The end of a merge message that is asked a second time, because ids vanished. Both values are data blocks. */
export function mergeAgain(earlierReply: string, vanished: string): string {
  return prompt("merge-again", { earlier_reply: earlierReply, vanished });
}
