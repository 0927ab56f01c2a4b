/** The simulated model: finds out which role it is asked to play and plays it with the asked persona. */
import type { Role } from "../core/spec.ts";
import type { World } from "../core/world.ts";
import type { Brain, BrainReply, BrainRequest } from "./contract.ts";
import { embed } from "./embed.ts";
import { type Knowledge, knowledgeOf } from "./knowledge.ts";
import type { Persona } from "./persona.ts";
import { remembering } from "./remembering.ts";
import { drafterRole } from "./roles/drafter.ts";
import { errorAnalystRole } from "./roles/error-analyst.ts";
import { mergerRole } from "./roles/merger.ts";
import { patchWriterRole } from "./roles/patch-writer.ts";
import { recogniseRole } from "./roles/recognise-role.ts";
import { rolloutRole } from "./roles/rollout.ts";
import { successAnalystRole } from "./roles/success-analyst.ts";
import { translatorRole } from "./roles/translator.ts";
import { validatorRole } from "./roles/validator.ts";
import { worldChooser } from "./worlds/choose-world.ts";

type Play = (request: BrainRequest, persona: Persona) => BrainReply;
type Roles = Readonly<Partial<Record<Role, Play>>>;

/** A brain over the worlds it is given, serving `personas` by model name. Its replies depend on the request alone. */
export function createBrain(options: { readonly personas: ReadonlyMap<string, Persona>; readonly worlds: readonly World[] }): Brain {
  const { personas, worlds } = options;
  const all = knowledgeOf(worlds);
  const everything = rolesOf(all);
  // Who works on a text of one world knows nothing of the others: their lessons, habits and tasks stay out of the work.
  const ofOne = new Map(worlds.map((world) => [world, worlds.length === 1 ? everything : rolesOf(knowledgeOf([world]))]));
  const chooser = worldChooser(worlds);
  const choose = remembering((text) => ({ world: chooser(text) }), 256);
  return {
    models: [...personas.keys()],
    embed: (_, text) => embed(text),
    reply(request) {
      const persona = personas.get(request.model);
      if (persona === undefined) return { error: { status: 404, message: `There is no simulated model "${request.model}".` } };
      const first = request.messages.find((message) => message.role === "user");
      const opened = first === undefined ? undefined : all.open(first.text, first.images);
      const role = recogniseRole(request) ?? (opened === undefined ? undefined : "rollout");
      const world = opened?.world ?? (first === undefined || worlds.length === 1 ? worlds[0] : choose(first.text).world);
      const roles = (world === undefined ? undefined : ofOne.get(world)) ?? everything;
      const play = role === undefined ? undefined : roles[role];
      return play === undefined ? { error: { status: 400, message: unknownRole(role, request.system) } } : play(request, persona);
    },
  };

  function unknownRole(role: Role | undefined, system: string): string {
    const played = Object.keys(everything).join(", ");
    if (role !== undefined) return `The simulated model does not play the role ${role}; it plays: ${played}.`;
    const opening = system.trim().replace(/\s+/g, " ").slice(0, 100);
    return `The simulated model knows no role whose system prompt begins ${JSON.stringify(opening)}; it plays: ${played}.`;
  }
}

function rolesOf(knowledge: Knowledge): Roles {
  return {
    rollout: rolloutRole(knowledge),
    "error-analyst": errorAnalystRole(knowledge),
    "success-analyst": successAnalystRole(knowledge),
    "patch-writer": patchWriterRole(knowledge),
    merger: mergerRole(knowledge),
    translator: translatorRole(),
    drafter: drafterRole(knowledge),
    validator: validatorRole(knowledge),
  };
}
