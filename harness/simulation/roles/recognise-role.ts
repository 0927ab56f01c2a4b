/** Who is asking: the role a request calls for, from its system prompt. */
import type { Role } from "../../core/spec.ts";
import type { BrainRequest } from "../contract.ts";

/** Roles by what their system prompt says they are; the first that fits. Rollouts are told how to act and to solve a task, and are no analysts. */
const cues: readonly (readonly [Role, (opening: string, request: BrainRequest) => boolean])[] = [
  ["error-analyst", (o) => /\b(?:failure|error)[- ]analy|analy[sz]\w* (?:of |the |why )*(?:\w+ )?(?:failure|failed)/i.test(o)],
  ["success-analyst", (o) => /\bsuccess[- ]analy|analy[sz]\w* (?:of |the )*(?:\w+ )?success/i.test(o)],
  ["merger", (o) => /\bmerg(?:e|es|ing)\b.*\bpatch|\bedit coordinator/i.test(o)],
  ["patch-writer", (o) => /\bskill editor|\bwrites? (?:a )?(?:skill )?patch/i.test(o)],
  ["translator", (o) => /\btranslat\w* .*\bedit/i.test(o)],
  ["drafter", (o) => /\bdraft\w* .*\bskill/i.test(o)],
  ["validator", (o) => /\b(?:format|validation)[- ](?:check|fix)/i.test(o)],
  ["rollout", (_, r) => /\bTASK_COMPLETE\b/.test(r.system) || r.tools.includes("complete") || r.tools.includes("bash")],
];

/** Undefined when the system prompt describes no known role. */
export function recogniseRole(request: BrainRequest): Role | undefined {
  const opening = request.system.slice(0, 600).replace(/\s+/g, " ");
  return cues.find(([, fits]) => fits(opening, request))?.[0];
}
