/** The drafter: a short skill of commonplaces; with logs at hand also what they show. */
import type { PlantedLesson, World } from "../../core/world.ts";
import { type Asked, answerJson, askedOf, atALoss, pickAt } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf } from "../reading/data-blocks.ts";
import { worldBySubject } from "../worlds/choose-world.ts";
import { bulletOf } from "../writing/write-lesson.ts";

export function drafterRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "drafter");
    const world = asked === undefined ? undefined : worldBySubject(knowledge.worlds, asked.data);
    if (asked === undefined || world === undefined) return atALoss("I know nothing of such tasks.");
    const { knows, learns } = persona.drafter;
    const own = world.traps.map((t) => t.lesson).filter((l) => asked.draw("knows", l.id) < knows);
    const shown = blocksOf(asked.data, "log").flatMap(({ text }, i) => lessonsShown(knowledge, asked, text, i, learns));
    const lessons = [...new Set([...own, ...shown])];
    const name = /\bname: ([a-z0-9]+(?:-[a-z0-9]+)*)/.exec(request.system)?.[1] ?? world.commonplaces.name;
    return answerJson(asked, persona, "I write down what a colleague should know.", {
      files: [{ path: "SKILL.md", content: draftOf(asked, world, name, lessons) }],
    });
  };
}

/** Careful forms of a run that passed, careless ones of a run that failed, each by the rate. */
function lessonsShown(knowledge: Knowledge, { draw, data }: Asked, log: string, index: number, rate: number): readonly PlantedLesson[] {
  const read = knowledge.readLog(log);
  const failed = blocksOf(data, "log")[index]?.attributes.outcome === "failed";
  if (read?.careless === undefined) return [];
  return read.plan.traps
    .filter((id) => read.careless?.has(id) === failed && draw("learns", index, id) < rate)
    .flatMap((id) => read.world.traps.find((t) => t.id === id)?.lesson ?? []);
}

function draftOf({ draw }: Asked, { commonplaces }: World, name: string, lessons: readonly PlantedLesson[]): string {
  const { description, title, sections } = commonplaces;
  const taught = lessons.flatMap((l) => pickAt(l.wordings, draw("wording", l.id)) ?? []).map(bulletOf);
  const parts = [...sections, ...(taught.length > 0 ? [{ heading: "What to watch", lines: taught }] : [])];
  return [
    `---\nname: ${name}\ndescription: ${description}\n---`,
    `# ${title}`,
    ...parts.map(({ heading, lines }) => `## ${heading}\n\n${lines.join("\n")}`),
  ]
    .join("\n\n")
    .concat("\n");
}
