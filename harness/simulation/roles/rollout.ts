/** The simulated model as a solver: looks, reads what its skill links, works with the faults its slips put in, checks, completes; or answers at once where that is all there is to do. */
import { coin } from "../coin.ts";
import type { BrainAnswer, BrainRequest } from "../contract.ts";
import { protocolOf, readConversation } from "../conversation.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { act, complete, handIn, spoilt, spoiltAnswer } from "../say.ts";
import { dueStep } from "../solving/due-step.ts";

/** The role over the given worlds. The returned function is pure. */
export function rolloutRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainAnswer {
  return (request, persona) => {
    const conversation = readConversation(request.messages);
    if (conversation === undefined) return complete(request, "There is no task to solve.");
    const { turns } = conversation;
    const protocol = protocolOf(request);
    const drawFor =
      (work: string) =>
      (...what: readonly (string | number)[]) =>
        coin(persona.name, request.seed ?? 0, work, ...what, request.system);
    const { step, draw } = dueStep({ knowledge, persona, system: request.system, protocol, drawFor }, conversation);
    if (step === undefined) return complete(request, "The result is saved; I am done.");
    const clean = turns.length === 0 || turns.at(-1)?.command !== undefined;
    const broken = clean && draw("format", turns.length) < persona.rollout.format_error;
    if (step.kind === "act") return broken ? spoilt(request, step.move, draw("spoilt", turns.length)) : act(request, step.move);
    return broken && protocol !== "none" ? spoiltAnswer(step.text) : handIn(request, step.text);
  };
}
