import { fileURLToPath } from "node:url";

/** What the harness says to an analyst and the agent does not: one file each, and three shared with the analysts that make do with one call. */
const own = [
  "role",
  "workflow-fix",
  "workflow-restart",
  "task-fix",
  "task-restart",
  "reserve-fix",
  "reserve-restart",
  "sent-back",
  "no-report",
  "bad-report",
  "no-lessons",
  "no-fix",
  "leaks",
  "fix-failed",
  "fix-not-general",
  "fix-carries-answer",
  "script-leaks",
  "restart-failed",
  "restart-spent",
] as const;
const shared = ["lesson-fields", "relation", "perspective"] as const;
export type AnalysisPrompt = (typeof own)[number] | (typeof shared)[number];

/** Absolute paths of the prompt files of an analysis, by name. */
export function analysisPromptFiles(): Readonly<Record<AnalysisPrompt, string>> {
  const at = (folder: string) => (name: string) => [name, fileURLToPath(new URL(`${folder}/${name}.md`, import.meta.url))];
  return Object.fromEntries([...own.map(at("./prompts")), ...shared.map(at("../propose/prompts"))]);
}
