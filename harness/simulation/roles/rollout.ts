/** The simulated model as a solver: looks, reads what its skill links, writes a script with the faults its slips put in, runs it, reads back, completes. */
import type { Approach, Move, Plan, Trap, World } from "../../core/world.ts";
import { coin } from "../coin.ts";
import type { BrainAnswer, BrainRequest } from "../contract.ts";
import { type Conversation, readConversation, type Turn } from "../conversation.ts";
import { notesIn, type SkillText, skillIn } from "../guidance/system-prompt.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { act, complete, spoilt } from "../say.ts";
import { type Guidance, noGuidance, slipRate } from "../slip.ts";

/** The role over the given worlds. The returned function is pure. */
export function rolloutRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainAnswer {
  return (request, persona) => {
    const conversation = readConversation(request.messages);
    if (conversation === undefined) return complete(request, "There is no task to solve.");
    const { task, turns } = conversation;
    const draw = (...what: readonly (string | number)[]) => coin(persona.name, request.seed ?? 0, task, ...what, request.system);
    const next = nextMove(knowledge, conversation, request.system, persona, draw);
    if (next === undefined) return complete(request, "The result is saved; I am done.");
    const clean = turns.length === 0 || turns.at(-1)?.command !== undefined;
    if (clean && draw("format", turns.length) < persona.rollout.format_error) return spoilt(request, next, draw("spoilt", turns.length));
    return act(request, next);
  };
}

type Draw = (...what: readonly (string | number)[]) => number;

/** The command that is due after what has been done; undefined when everything is. */
function nextMove(knowledge: Knowledge, { task, turns }: Conversation, system: string, persona: Persona, draw: Draw): Move | undefined {
  const opened = open(knowledge.worlds, task);
  if (opened === undefined) return undefined;
  const { approach, world } = opened;
  const acted = turns.filter((t): t is Turn & { command: string } => t.command !== undefined);
  const { look, glance } = approach;
  const due: Move[] = look === undefined ? [] : [look];
  if (look !== undefined && acted.length === 0) return look;
  let plan = approach.plan(look === undefined ? "" : (acted[0]?.heard ?? ""));
  if (plan === undefined && glance !== undefined) {
    due.push(glance);
    if (acted[1] !== undefined) plan = approach.plan(acted[1].heard);
    else return glance;
  }
  if (plan === undefined) due.push(...approach.flounder);
  else {
    const skill = skillIn(system);
    const readings = readingMoves(skill, persona, draw);
    due.push(...readings);
    if (acted.length >= due.length) {
      const texts = acted.slice(due.length - readings.length, due.length).map((t) => t.heard);
      due.push(...workMoves(plan, world, persona, guidanceFrom(knowledge, system, skill, texts, persona, draw), draw));
      const run = acted[due.length - 2];
      if (run !== undefined && failed(run.heard)) due.splice(-1, 1, ...approach.flounder.slice(-1));
    }
    if (draw("premature") < persona.rollout.premature_completion && due.length > 2) due.splice(-2);
  }
  // Each completion that was not accepted calls for the run again.
  const redo =
    plan === undefined ? approach.flounder.at(-1) : { thought: "The file is not there yet. I run the script.", command: "node solve.cjs" };
  for (const turn of turns) if (turn.completed && redo !== undefined) due.push(redo);
  return due[acted.length];
}

function open(worlds: readonly World[], task: string): { readonly approach: Approach; readonly world: World } | undefined {
  for (const world of worlds) {
    const approach = world.playbook?.open(task);
    if (approach !== undefined) return { approach, world };
  }
  return undefined;
}

function readingMoves(skill: SkillText | undefined, persona: Persona, draw: Draw): readonly Move[] {
  if (skill === undefined) return [];
  const { open_reference, max_references } = persona.rollout;
  return skill.references
    .filter((path) => draw("reference", path) < open_reference)
    .slice(0, max_references)
    .map((path) => ({ thought: `The skill points to ${path}; I read it before I write the script.`, command: `cat ${skill.dir}/${path}` }));
}

function guidanceFrom(
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

function workMoves(plan: Plan, world: World, persona: Persona, guidance: Guidance, draw: Draw): readonly Move[] {
  const traps = plan.traps.map((id) => world.traps.find((t) => t.id === id)).filter((t): t is Trap => t !== undefined);
  const sprung = traps.filter((trap) => draw("slip", trap.id) < slipRate(persona.rollout, trap, guidance)).map((t) => t.id);
  return plan.moves(new Set(sprung));
}

function failed(observation: string): boolean {
  return /\[Exit code: (?!0\])/.test(observation);
}
