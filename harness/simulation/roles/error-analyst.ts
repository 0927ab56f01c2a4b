/** Error analysis in either form: an agent with a sandbox that proves its cause by a fix, or one call on the log alone. */
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { agenticAnalysis } from "./error-analyst-agentic.ts";
import { singleCallAnalysis } from "./error-analyst-single-call.ts";
import { actsInTurns } from "./recognise-role.ts";

export function errorAnalystRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) =>
    actsInTurns(request) ? agenticAnalysis(knowledge, request, persona) : singleCallAnalysis(knowledge, request, persona);
}
