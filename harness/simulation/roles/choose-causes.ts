/** Which causes an analyst mends next, from the careless forms it has read and the signs it has seen. */
import type { Trap } from "../../core/world.ts";
import { type Draw, pickAt } from "../asked.ts";
import type { ComparisonRead } from "../reading/comparison.ts";
import type { LogRead } from "../reading/read-log.ts";

export interface Suspicion {
  readonly read: LogRead;
  readonly careless: ReadonlySet<string>;
  readonly comparison: ComparisonRead;
  readonly draw: Draw;
  /** Chance of going by what the script really does. */
  readonly insight: number;
}

/** Trap ids, never empty for a plan with traps. With insight: careless forms that explain the signs, and after a failed attempt every careless form. Without: something that looks as likely. */
export function causesToTry(suspicion: Suspicion, attempt: number): readonly string[] {
  const { careless, draw, insight, read } = suspicion;
  const explained = [...careless].filter((id) => explains(suspicion, id));
  const narrow = explained.length > 0 ? explained : [...careless];
  if (careless.size > 0 && draw("insight", attempt) < insight) return foundBefore(suspicion, attempt) ? [...careless] : narrow;
  const likely = read.plan.traps.filter((id) => !careless.has(id));
  const plausible = likely.filter((id) => explains(suspicion, id));
  const wrong = pickAt(plausible.length > 0 ? plausible : likely, draw("suspect", attempt));
  return wrong === undefined ? narrow.slice(0, Math.max(1, narrow.length - 1)) : [wrong];
}

function foundBefore({ draw, insight }: Suspicion, attempt: number): boolean {
  return Array.from({ length: attempt }, (_, earlier) => draw("insight", earlier)).some((u) => u < insight);
}

/** Whether the trap leaves signs such as were seen. Where none could be read, any may. */
function explains({ read, comparison }: Suspicion, id: string): boolean {
  const trap: Trap | undefined = read.world.traps.find((t) => t.id === id);
  const { signs } = comparison;
  return trap !== undefined && (signs === undefined || signs.size === 0 || trap.signs.some((sign) => signs.has(sign)));
}
