import type { Plan } from "../../core/world.ts";

/**
 * The turn before which a word of advice would still have helped: the one whose script the answer hangs on where the plan has one, else the last, which answered. Within the turns
 * the message says there are, at least 1.
 */
export function turnOfWork(log: string, plan: Plan, message: string): number {
  const opening = plan.moves(new Set())[0]?.command.split("\n")[0];
  const at = opening === undefined ? -1 : log.lastIndexOf(opening);
  const before = at < 0 ? log : log.slice(0, at);
  const turn = Number(Array.from(before.matchAll(/^## Turn (\d+)\b/gm)).at(-1)?.[1] ?? 1);
  const last = Number(/\(1 to (\d+)\)/.exec(message)?.[1] ?? turn);
  return Math.max(1, Math.min(turn, last));
}
