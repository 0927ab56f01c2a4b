/** What a solver does next, worked out anew from the whole conversation at every turn. */
import type { Approach, Move, Plan, Trap, World } from "../../core/world.ts";
import type { Draw } from "../asked.ts";
import type { Conversation, Protocol, Turn } from "../conversation.ts";
import { skillIn } from "../guidance/system-prompt.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { slipRate } from "../slip.ts";
import { adviceTo, workOf } from "./advice.ts";
import { guidanceFrom, readingMoves } from "./guidance.ts";

export interface Solver {
  readonly knowledge: Knowledge;
  readonly persona: Persona;
  readonly system: string;
  readonly protocol: Protocol;
  /** Coins of one piece of work. */
  readonly drawFor: (work: string) => Draw;
}

type Step = { readonly kind: "act"; readonly move: Move } | { readonly kind: "answer"; readonly text: string };

export interface Due {
  /** Undefined when there is nothing left to do. */
  readonly step: Step | undefined;
  readonly draw: Draw;
}

type Acted = Turn & { readonly command: string };

/**
 * The step after what has been done. Coins hang on the task's text, and on the work itself once an answer in words is planned: so a correction that is put behind the task
 * draws none of them anew, and acts by being heeded alone.
 */
export function dueStep(solver: Solver, conversation: Conversation): Due {
  const { task, pictureUrls, turns } = conversation;
  const opened = solver.knowledge.open(task, pictureUrls);
  const draw = solver.drawFor(task);
  if (opened === undefined) return { step: undefined, draw };
  const { approach, world } = opened;
  const acted = turns.filter((t): t is Acted => t.command !== undefined);
  const seen = lookedAt(approach, acted);
  // Who can run nothing and does not understand the task as it stands has only a guess.
  if (solver.protocol === "none" && ("next" in seen || seen.plan?.answer === undefined))
    return { step: answering(approach.guess ?? ""), draw };
  if ("next" in seen) return { step: { kind: "act", move: seen.next }, draw };
  if (seen.plan === undefined) return { step: floundering(approach, seen.looks, conversation, acted.length), draw };
  const scene: Scene = { conversation, approach, world, plan: seen.plan, looks: seen.looks, look: seen.look, acted };
  if (seen.plan.answer === undefined) return { step: changing(solver, scene, draw), draw };
  const own = solver.drawFor(workOf(seen.plan));
  return { step: answered(solver, scene, own, seen.plan.answer), draw: own };
}

interface Scene {
  readonly conversation: Conversation;
  readonly approach: Approach;
  readonly world: World;
  readonly plan: Plan;
  /** Looks at the material that came before the plan. */
  readonly looks: readonly Move[];
  /** The one the plan was made from. */
  readonly look: Acted | undefined;
  readonly acted: readonly Acted[];
}

const acting = (move: Move | undefined): Step | undefined => (move === undefined ? undefined : { kind: "act", move });
const answering = (text: string): Step => ({ kind: "answer", text });

interface Looked {
  readonly plan: Plan | undefined;
  readonly looks: readonly Move[];
  readonly look: Acted | undefined;
}

/** The plan that the looks so far allow, or the look that is due. */
function lookedAt({ look, glance, plan }: Approach, acted: readonly Acted[]): Looked | { readonly next: Move } {
  const looks = look === undefined ? [] : [look];
  const [first] = acted;
  if (look !== undefined && first === undefined) return { next: look };
  const planned = plan(look === undefined ? "" : (first?.heard ?? ""));
  if (planned !== undefined || glance === undefined) return { plan: planned, looks, look: look === undefined ? undefined : first };
  const second = acted[looks.length];
  if (second === undefined) return { next: glance };
  return { plan: plan(second.heard), looks: [...looks, glance], look: second };
}

/** Nothing is understood: something is tried, and again each time completion is not accepted; where words are wanted, a guess is handed in. */
function floundering(approach: Approach, looks: readonly Move[], { turns }: Conversation, done: number): Step | undefined {
  const { flounder, guess } = approach;
  const again = guess === undefined ? flounder.slice(-1) : [];
  const moves = [...looks, ...flounder, ...turns.filter((t) => t.completed).flatMap(() => again)];
  return acting(moves[done]) ?? (guess === undefined ? undefined : answering(guess));
}

/** A task that ends in a file: references, the script with its slips, its run, reading back. */
function changing(solver: Solver, scene: Scene, draw: Draw): Step | undefined {
  const { persona } = solver;
  const { acted, approach, looks, plan, conversation } = scene;
  const { readings, texts } = reading(solver, scene, draw);
  const due: Move[] = [...looks, ...readings];
  if (acted.length >= due.length) {
    due.push(...plan.moves(sprungIn(solver, scene, draw, texts)));
    const run = acted[due.length - 2];
    if (run !== undefined && failed(run.heard)) due.splice(-1, 1, ...approach.flounder.slice(-1));
  }
  if (draw("premature") < persona.rollout.premature_completion && due.length > 2) due.splice(-2);
  // Each completion that was not accepted calls for the run again.
  const redo = { thought: "The file is not there yet. I run the script.", command: "node solve.cjs" };
  for (const turn of conversation.turns) if (turn.completed) due.push(redo);
  return acting(due[acted.length]);
}

/** A task that ends in words: references, commands where the plan has any, the answer; by the persona's rate a guess instead of the work. */
function answered(solver: Solver, scene: Scene, draw: Draw, answer: NonNullable<Plan["answer"]>): Step {
  const { persona, protocol, knowledge } = solver;
  const { acted, approach, looks, plan, conversation, look } = scene;
  const { readings, texts } = protocol === "none" ? { readings: [], texts: [] } : reading(solver, scene, draw);
  const before = [...looks, ...readings];
  const next = before[acted.length];
  if (next !== undefined) return { kind: "act", move: next };
  if (approach.guess !== undefined && draw("premature") < persona.rollout.premature_completion) return answering(approach.guess);
  const advice = { knowledge, conversation, protocol, plan, look, readings: new Set(readings.map((move) => move.command)) };
  const sprung = sprungIn(solver, scene, draw, texts, adviceTo(advice));
  const move = protocol === "none" ? undefined : plan.moves(sprung)[acted.length - before.length];
  return move === undefined ? answering(answer(sprung)) : { kind: "act", move };
}

function reading(
  solver: Solver,
  { looks, acted }: Scene,
  draw: Draw,
): { readonly readings: readonly Move[]; readonly texts: readonly string[] } {
  const readings = readingMoves(skillIn(solver.system), solver.persona, draw);
  return { readings, texts: acted.slice(looks.length, looks.length + readings.length).map((turn) => turn.heard) };
}

/** Traps that are sprung under the guidance there is and what was said. */
function sprungIn(
  { knowledge, persona, system }: Solver,
  { plan, world }: Scene,
  draw: Draw,
  texts: readonly string[],
  said?: ReturnType<typeof adviceTo>,
): ReadonlySet<string> {
  const guidance = { ...guidanceFrom(knowledge, system, skillIn(system), texts, persona, draw), said };
  const traps = plan.traps.map((id) => world.traps.find((t) => t.id === id)).filter((t): t is Trap => t !== undefined);
  return new Set(traps.filter((trap) => draw("slip", trap.id) < slipRate(persona.rollout, trap, guidance)).map((t) => t.id));
}

function failed(observation: string): boolean {
  return /\[Exit code: (?!0\])/.test(observation);
}
