/** What a solver goes by besides its task: the skill's body, references it opens, notes in the skill's place. */
import type { Move } from "../../core/world.ts";
import type { Draw } from "../asked.ts";
import { notesIn, type SkillText } from "../guidance/system-prompt.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { type Guidance, noGuidance } from "../slip.ts";

/** Commands that read the references a solver chooses to open. */
export function readingMoves(skill: SkillText | undefined, persona: Persona, draw: Draw): readonly Move[] {
  if (skill === undefined) return [];
  const { open_reference, max_references } = persona.rollout;
  return skill.references
    .filter((path) => draw("reference", path) < open_reference)
    .slice(0, max_references)
    .map((path) => ({ thought: `The skill points to ${path}; I read it before I write the script.`, command: `cat ${skill.dir}/${path}` }));
}

/** Guidance in a system prompt and in the texts of opened references. */
export function guidanceFrom(
  knowledge: Knowledge,
  system: string,
  skill: SkillText | undefined,
  opened: readonly string[],
  persona: Persona,
  draw: Draw,
): Guidance {
  const notes = notesIn(system);
  if (skill === undefined && notes === undefined) return noGuidance;
  if (skill === undefined && notes?.kind === "trajectories") {
    const seen = [...knowledge.carefulInLogs(notes.text)].filter((id) => draw("imitate", id) < persona.rollout.imitation);
    return { ...noGuidance, imitated: new Set(seen), chars: notes.text.length };
  }
  const body = skill?.body ?? notes?.text ?? "";
  const text = opened.join("\n\n");
  return { ...noGuidance, body: knowledge.lessonsIn(body), opened: knowledge.lessonsIn(text), chars: body.length + text.length };
}
