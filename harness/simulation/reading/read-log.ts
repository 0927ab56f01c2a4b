/** An agent's log as the simulated model understands it: the task, how such a task is solved, and where the agent worked carelessly. All of it from text alone. */
import type { Plan, World } from "../../core/world.ts";
import type { OpenTask } from "../worlds/open-task.ts";
import { carelessWorking } from "./read-working.ts";
import { distanceOf, linesOf, subsetsOf } from "./resemble.ts";

export interface LogRead {
  readonly world: World;
  readonly plan: Plan;
  /** Traps whose careless form the script or the working has; undefined when neither can be made out. */
  readonly careless: ReadonlySet<string> | undefined;
}

/**
 * Undefined when the log holds no task that is understood, or no look at its material. `seen` replaces what the log shows of that, `pictureUrls` are those of the task. A task
 * that needs no look is understood from itself, or from what the log quotes of its pictures.
 */
export function readLog(
  open: OpenTask,
  log: string,
  { seen, pictureUrls = [] }: { readonly seen?: string; readonly pictureUrls?: readonly string[] } = {},
): LogRead | undefined {
  const opened = open(log, pictureUrls);
  if (opened === undefined) return undefined;
  const { world, approach } = opened;
  const plan = approach.look === undefined ? (approach.plan("") ?? approach.plan(log)) : approach.plan(seen ?? log);
  return plan === undefined ? undefined : { world, plan, careless: carelessIn(plan, log) };
}

/** Traps whose careful form can be seen in one of several logs that follow each other. */
export function carefulInLogs(open: OpenTask, logs: string): ReadonlySet<string> {
  const careful = new Set<string>();
  for (const log of logs.split(/^(?=#{1,3} (?:Log|Record|Trajectory|Episode|Task)\b)|^(?=<(?:log|trajectory)\b)/m)) {
    const read = readLog(open, log);
    if (read?.careless !== undefined) for (const trap of read.plan.traps) if (!read.careless.has(trap)) careful.add(trap);
  }
  return careful;
}

/** Share of lines that may be otherwise (a real model's own touch, a place cut out) before a script is not recognised any more. */
const tolerance = 0.1;

/**
 * Which traps the work in `text` has sprung: the smallest set whose script, or whose working where the task ends in words, is nearest to it, line by line. A careless form that
 * another one hides is not found. Undefined when there is no such work, or none that resembles what the plan would write.
 */
export function carelessIn(plan: Plan, text: string): ReadonlySet<string> | undefined {
  if (plan.answer !== undefined) return carelessWorking(plan.traps, plan.answer, text);
  const sound = plan.moves(new Set())[0]?.command;
  const written = sound === undefined ? undefined : (scriptLike(sound, text) ?? scriptLike(sound, unescaped(text)));
  if (written === undefined) return undefined;
  let best: { readonly sprung: ReadonlySet<string>; readonly distance: number } | undefined;
  for (const sprung of subsetsOf(plan.traps)) {
    const distance = distanceOf(linesOf(plan.moves(sprung)[0]?.command ?? ""), written);
    if (best === undefined || distance < best.distance) best = { sprung, distance };
    if (best.distance === 0) break;
  }
  return best !== undefined && best.distance <= tolerance * written.length ? best.sprung : undefined;
}

/** Lines of the last command in the text that begins and ends as `command` does. */
function scriptLike(command: string, text: string): readonly string[] | undefined {
  const own = linesOf(command);
  const lines = linesOf(text);
  const from = lines.lastIndexOf(own[0] ?? "");
  const to = from < 0 ? -1 : lines.indexOf(own.at(-1) ?? "", from + 1);
  return to < 0 ? undefined : lines.slice(from, to + 1);
}

/** Commands inside JSON, as a reply of the text protocol carries them. */
function unescaped(text: string): string {
  return text
    .replace(/\{"name": ?"bash", ?"arguments": ?\{"command": ?"/g, "")
    .replace(/"\}\}/g, "")
    .replace(/\\(["\\nt])/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
}
