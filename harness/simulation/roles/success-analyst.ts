/** The success analyst: the lean path from the log's commands, good habits that the script shows, and habits that helped nothing. */
import type { Trap, World } from "../../core/world.ts";
import { type Asked, answerJson, askedOf, atALoss, pickAt } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf, skillFilesIn } from "../reading/data-blocks.ts";
import type { LogRead } from "../reading/read-log.ts";
import { lessonFor, related } from "../writing/write-lesson.ts";

export function successAnalystRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "success-analyst");
    const log = asked === undefined ? undefined : blocksOf(asked.data, "log")[0]?.text;
    if (asked === undefined || log === undefined) return atALoss("There is no log to study.");
    const rates = persona.success_analyst;
    const read = knowledge.readLog(log);
    const skill = knowledge.lessonsIn(
      skillFilesIn(asked.data)
        .map((f) => f.text)
        .join("\n\n"),
    );
    const habits = read === undefined ? [] : goodHabits(asked, rates.habit, read);
    const extra = superstition(asked, rates.superstition, read?.world ?? knowledge.worldOf(log));
    const lessons = [
      ...habits.map((trap) => related(lessonFor(trap, asked.draw, rates.sloppy), trap, skill)),
      ...extra.map((wording) => related(wording, undefined, skill)),
    ].slice(0, 3);
    return answerJson(asked, persona, "I walked back from the result and kept what it depends on.", {
      path: read?.plan.answer === undefined ? pathOf(log) : pathOfAnswer(log),
      lessons,
    });
  };
}

/** Careful forms of the script, each by the rate: what a trap would have spoilt and did not. */
function goodHabits({ draw }: Asked, rate: number, { world, plan, careless }: LogRead): readonly Trap[] {
  if (careless === undefined) return [];
  return plan.traps
    .filter((id) => !careless.has(id) && draw("habit", id) < rate)
    .map((id) => world.traps.find((t) => t.id === id))
    .filter((t): t is Trap => t !== undefined);
}

function superstition({ draw }: Asked, rate: number, world: World | undefined): World["superstitions"] {
  const chosen = world === undefined || draw("superstition") >= rate ? undefined : pickAt(world.superstitions, draw("which"));
  return chosen === undefined ? [] : [chosen];
}

/** The way to an answer in words; commands only where some were run. */
function pathOfAnswer(log: string): { readonly overview: string; readonly steps: readonly string[] } {
  const ran = /^Action:$/m.test(log);
  return {
    overview: "What is asked was settled first, then the answer was worked out line by line and handed in as the task wants it.",
    steps: [
      "Read what is asked, and in which form the answer is wanted.",
      ...(ran ? ["Look at the material with a command."] : []),
      "Pick out what the answer depends on.",
      "Work it out step by step, one line a step.",
      "Hold the result against the question, and hand in the answer in its form.",
    ],
  };
}

/** Kinds of commands in the order of their first appearance, told without names of the task. */
function pathOf(log: string): { readonly overview: string; readonly steps: readonly string[] } {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/\bls\b/, "List the files that are there."],
    [/"sheets"|sheetRows|SheetNames/, "Look at the sheets, their headers and their first rows."],
    [/cat \/skill\//, "Read the linked text of the skill."],
    [/cat > \S+ <</, "Write a script for the whole change."],
    [/^node \S+\.c?js$|python3? \S+\.py/m, "Run the script."],
    [/\(empty\)|got\.push|read back/i, "Read the written cells back."],
  ];
  const steps = kinds.flatMap(([kind, step]) => {
    const at = log.search(kind);
    return at < 0 ? [] : [{ at, step }];
  });
  const ordered = steps.sort((a, b) => a.at - b.at).map(({ step }) => step);
  return {
    overview: "The material was looked at first, then one script made the change and saved the result.",
    steps: ordered.length > 0 ? ordered : ["Do what the task asks for."],
  };
}
