/** The failure analyst in one call: the log and nothing else. It cannot try a fix, so what strikes the eye weighs more than what did the harm. */
import type { Trap, Wording, World } from "../../core/world.ts";
import { type Asked, answerJson, askedOf, atALoss, pickAt } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf, skillFilesIn } from "../reading/data-blocks.ts";
import type { LogRead } from "../reading/read-log.ts";
import { causeFor, causeOfWrongTurn, causeUnknown, lessonFor, related } from "../writing/write-lesson.ts";

export function singleCallAnalysis(knowledge: Knowledge, request: BrainRequest, persona: Persona): BrainReply {
  const asked = askedOf(request, persona, "error-analyst");
  const log = asked === undefined ? undefined : blocksOf(asked.data, "log")[0]?.text;
  if (asked === undefined || log === undefined) return atALoss("There is no log to study.");
  const rates = persona.error_analyst.single_call;
  const read = knowledge.readLog(log);
  const work = read?.plan.answer === undefined ? "script" : "working";
  const traps = read === undefined ? [] : trapsNamed(asked, rates, read);
  const blamed = blamedTurns(asked, rates, read?.world ?? knowledge.worldOf(log), log, traps.length === 0);
  const skill = knowledge.lessonsIn(
    skillFilesIn(asked.data)
      .map((f) => f.text)
      .join("\n\n"),
  );
  return answerJson(asked, persona, "I followed the run step by step and looked for the decision after which it could not succeed.", {
    causes: [
      ...blamed.map((turn) => related(causeOfWrongTurn(turn), undefined, skill)),
      ...traps.map((t) => related(causeFor(t, work), t, skill)),
      ...(blamed.length + traps.length === 0 ? [related(causeUnknown, undefined, skill)] : []),
    ],
    lessons: [
      ...blamed.map((turn) => related(turn, undefined, skill)),
      ...traps.map((t) => related(lessonFor(t, asked.draw, rates.sloppy), t, skill)),
    ].slice(0, 3),
  });
}

type Rates = Persona["error_analyst"]["single_call"];

/** By insight one careless form of the script, which may or may not be the one that did harm; by guess a trap that the task only suggests. */
function trapsNamed({ draw }: Asked, rates: Rates, { world, plan, careless }: LogRead): readonly Trap[] {
  const named: string[] = [];
  const seen = careless === undefined || draw("insight") >= rates.insight ? undefined : pickAt([...careless], draw("which"));
  if (seen !== undefined) named.push(seen);
  const other = pickAt(
    plan.traps.filter((id) => careless?.has(id) !== true),
    draw("other"),
  );
  // Without the script nothing suggests one trap rather than another.
  if (careless !== undefined && other !== undefined && draw("guess") < rates.guess) named.push(other);
  return named.map((id) => world.traps.find((t) => t.id === id)).filter((t): t is Trap => t !== undefined);
}

/** An error that is plain to see, by the persona's rate; when nothing else was found, some habit instead. */
function blamedTurns({ draw }: Asked, rates: Rates, world: World | undefined, log: string, nothingElse: boolean): readonly Wording[] {
  if (world === undefined) return [];
  const suggested = world.wrongTurns.filter((turn) => new RegExp(turn.cue, "i").test(log));
  // What the harness itself complained about outweighs any impression: parse errors come first in the list.
  const turn = suggested[0] === world.wrongTurns[0] ? suggested[0] : pickAt(suggested, draw("turn"));
  if (turn !== undefined && draw("over-attribution") < rates.over_attribution) return [turn];
  const habit = nothingElse ? pickAt(world.superstitions, draw("habit")) : undefined;
  return habit === undefined ? [] : [habit];
}
