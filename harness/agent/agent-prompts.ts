import { fileURLToPath } from "node:url";
import { messageOf } from "../core/errors.ts";
import type { ReactOptions } from "./react-options.ts";
import { renderPrompt, type Slots } from "./render-prompt.ts";

/** Files of harness/agent/prompts by the name they have in AgentInput.prompts: one per section of the system prompt, tool text and feedback message. */
function promptFiles(options: ReactOptions, guidance?: Guidance) {
  const bash = options.tools !== "none";
  const view = options.view === true;
  const acts = bash || view;
  const text = acts && options.protocol === "text";
  const tools = acts && options.protocol === "tools";
  const tokens = options.reply_parser === "tokens";
  const explicit = options.completion === "explicit";
  return {
    toolchain: bash && "toolchain",
    workflow: bash && guidance?.skill !== true && guidance?.notes === undefined && "workflow",
    skill: guidance?.skill !== false && (bash ? "skill" : "skill-text"),
    lessons: guidance?.notes === "lessons" && "lessons",
    trajectories: guidance?.notes === "trajectories" && "trajectories",
    answer: !acts && "answer",
    "unknown-tool": acts && "unknown-tool",
    "wrong-arguments": acts && "wrong-arguments",
    "no-output": bash && "no-output",
    "output-dropped": bash && "output-dropped",
    "command-timeout": bash && (options.timeout_output === "keep" ? "command-timeout" : "command-timeout-discarded"),
    "observation-cut": bash && (options.cut_notice === "with-hint" ? "observation-cut" : "observation-cut-count"),
    "missing-output": bash && "missing-output",
    "system-text": text && (bash ? "system-text" : "only-view-text"),
    view: bash && view && (text ? "view-text" : "view-tools"),
    viewed: view && "viewed",
    "format-error": text && options.format_feedback === "exact" && "format-error",
    "format-error-generic": text && options.format_feedback === "generic" && "format-error-generic",
    "action-before-completion": text && tokens && "action-before-completion",
    "only-first-action": text && tokens && "only-first-action",
    "system-tools": tools && (bash ? "system-tools" : "only-view-tools"),
    "tool-bash": tools && bash && "tool-bash",
    "tool-bash-command": tools && bash && "tool-bash-command",
    "tool-view": tools && view && "tool-view",
    "tool-complete": tools && "tool-complete",
    "tool-complete-answer": tools && "tool-complete-answer",
    "format-error-tools": tools && "format-error-tools",
    "call-not-run": tools && "call-not-run",
    "empty-reply": explicit && "empty-reply",
    "reply-cut": explicit && "reply-cut",
    "observation-shortened": options.context_overflow === "shorten-once" && "observation-shortened",
  } as const;
}
export type PromptName = keyof ReturnType<typeof promptFiles>;

/** What guides the agent. A skill or notes, never both; the prompt of the same name then stands where `workflow` stands without guidance. */
export interface Guidance {
  readonly skill: boolean;
  readonly notes?: "lessons" | "trajectories";
}

/** Absolute paths of the prompt files that these options and this guidance use, by name. Without `guidance`, those of an arm with a skill and of one with nothing. */
export function agentPrompts(options: ReactOptions, guidance?: Guidance): Readonly<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [name, file] of Object.entries(promptFiles(options, guidance)))
    if (file !== false) paths[name] = fileURLToPath(new URL(`./prompts/${file}.md`, import.meta.url));
  return paths;
}

/** Renders one of the agent's own prompts; an absent prompt and a slot mismatch are errors naming it. */
export type Say = (name: PromptName, slots: Slots) => string;

/** `Say` over AgentInput.prompts. Checks at once that everything the options can call for is there, so that no episode fails late for a missing file. */
export function sayFrom(prompts: Readonly<Record<string, string>>, options: ReactOptions, guidance: Guidance): Say {
  const absent = [...Object.keys(agentPrompts(options, guidance)), "role", "task"].filter((name) => !Object.hasOwn(prompts, name));
  if (absent.length > 0) throw new Error(`the agent was started without its prompts ${absent.join(", ")}`);
  return (name, slots) => renderNamed(prompts, name, slots);
}

/** One of the prompts given to the agent, rendered; errors name it. */
export function renderNamed(prompts: Readonly<Record<string, string>>, name: string, slots: Slots, offered: Slots = {}): string {
  const template = prompts[name];
  if (template === undefined) throw new Error(`prompt ${name} was not given to the agent`);
  try {
    return renderPrompt(template, slots, offered);
  } catch (cause) {
    throw new Error(`prompt ${name}: ${messageOf(cause)}`, { cause });
  }
}
