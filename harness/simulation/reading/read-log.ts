/** An agent's log as the simulated model understands it: the task, how such a task is solved, and where the agent's script is careless. All of it from text alone. */
import type { Plan, World } from "../../core/world.ts";

export interface LogRead {
  readonly world: World;
  readonly plan: Plan;
  /** Traps whose careless form the script has; undefined when no script can be made out. */
  readonly careless: ReadonlySet<string> | undefined;
}

/** Undefined when the log holds no task that is understood, or no look at its material. `seen` replaces what the log shows of that. */
export function readLog(worlds: readonly World[], log: string, seen?: string): LogRead | undefined {
  for (const world of worlds) {
    const plan = world.playbook?.open(log)?.plan(seen ?? log);
    if (plan !== undefined) return { world, plan, careless: carelessIn(plan, log) };
  }
  return undefined;
}

/** Traps whose careful form can be seen in one of several logs that follow each other. */
export function carefulInLogs(worlds: readonly World[], logs: string): ReadonlySet<string> {
  const careful = new Set<string>();
  for (const log of logs.split(/^(?=#{1,3} (?:Log|Record|Trajectory|Episode|Task)\b)|^(?=<(?:log|trajectory)\b)/m)) {
    const read = readLog(worlds, log);
    if (read?.careless !== undefined) for (const trap of read.plan.traps) if (!read.careless.has(trap)) careful.add(trap);
  }
  return careful;
}

/** Share of lines that may be otherwise (a real model's own touch, a place cut out) before a script is not recognised any more. */
const tolerance = 0.1;

/**
 * Which traps the script in `text` has sprung: the smallest set whose script is nearest to it, line by line. A careless form that another one hides is not found.
 * Undefined when there is no script, or none that resembles what the plan would write.
 */
export function carelessIn(plan: Plan, text: string): ReadonlySet<string> | undefined {
  const sound = plan.moves(new Set())[0]?.command;
  const written = sound === undefined ? undefined : (scriptLike(sound, text) ?? scriptLike(sound, unescaped(text)));
  if (written === undefined) return undefined;
  let best: { readonly sprung: ReadonlySet<string>; readonly distance: number } | undefined;
  for (const sprung of subsets(plan.traps)) {
    const distance = distanceOf(plan.moves(sprung)[0]?.command ?? "", written);
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

function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}

/** Commands inside JSON, as a reply of the text protocol carries them. */
function unescaped(text: string): string {
  return text
    .replace(/\{"name": ?"bash", ?"arguments": ?\{"command": ?"/g, "")
    .replace(/"\}\}/g, "")
    .replace(/\\(["\\nt])/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
}

/** All subsets, small ones first. */
function subsets(traps: readonly string[]): readonly ReadonlySet<string>[] {
  const all = Array.from({ length: 2 ** traps.length }, (_, bits) => new Set(traps.filter((_, i) => ((bits >> i) & 1) === 1)));
  return all.sort((a, b) => a.size - b.size);
}

/** Lines that only one of the two has. */
function distanceOf(command: string, written: readonly string[]): number {
  const open = new Map<string, number>();
  for (const line of written) open.set(line, (open.get(line) ?? 0) + 1);
  let missing = 0;
  let matched = 0;
  for (const line of linesOf(command)) {
    const left = open.get(line) ?? 0;
    if (left > 0) {
      open.set(line, left - 1);
      matched++;
    } else missing++;
  }
  return missing + written.length - matched;
}
