/** Who is asking: the role a request calls for, from its system prompt. */
import type { Role } from "../../core/spec.ts";
import type { BrainRequest } from "../contract.ts";

/** Roles by what their system prompt says they are; the first that fits. */
const cues: readonly (readonly [Role, RegExp])[] = [
  ["error-analyst", /\b(?:failure|error)[- ]analy|analy[sz]\w* (?:of |the |why )*(?:\w+ )?(?:failure|failed)/i],
  ["success-analyst", /\bsuccess[- ]analy|analy[sz]\w* (?:of |the )*(?:\w+ )?success/i],
  ["merger", /\bmerg(?:e|es|ing)\b.*\bpatch|\bedit coordinator/i],
  ["patch-writer", /\bskill editor|\bwrites? (?:a )?(?:skill )?patch/i],
  ["translator", /\btranslat\w* .*\bedit/i],
  ["drafter", /\bdraft\w* .*\bskill/i],
  ["validator", /\b(?:format|validation)[- ](?:check|fix)/i],
];

/** What the first sentence says counts first: it names the role, later ones also speak of others. Guidance says nothing of roles. Who is told how to act and is no analyst rolls out. Undefined when the system prompt describes no known role. */
export function recogniseRole(request: BrainRequest): Role | undefined {
  const [own = ""] = request.system.split(/<(?:skill_content|lessons_from_earlier_tasks|earlier_trajectories)>/, 1);
  const opening = own.trim().slice(0, 600).replace(/\s+/g, " ");
  const sentence = /^.*?[.!?:](?=\s|$)/.exec(opening)?.[0] ?? opening;
  for (const text of [sentence, opening]) {
    const found = cues.find(([, cue]) => cue.test(text));
    if (found !== undefined) return found[0];
  }
  return actsInTurns(request) ? "rollout" : undefined;
}

/** Whether the asker plays an agent loop: it is told how to act and how to complete. */
export function actsInTurns(request: BrainRequest): boolean {
  return /\bTASK_COMPLETE\b/.test(request.system) || request.tools.includes("complete") || request.tools.includes("bash");
}
