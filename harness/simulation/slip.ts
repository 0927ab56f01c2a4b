/** How likely a persona springs a trap under the guidance it has, as plain arithmetic over its rates. */
import type { Trap } from "../core/world.ts";
import type { Teaching } from "./guidance/recognise.ts";
import type { Persona } from "./persona.ts";

/** What the guidance teaches, by lesson id: in SKILL.md, and in references that were opened. */
export interface Guidance {
  readonly body: ReadonlyMap<string, Teaching>;
  readonly opened: ReadonlyMap<string, Teaching>;
  /** The same in what was said while the work was under way. */
  readonly said?: ReadonlyMap<string, Teaching>;
  /** Traps whose careful form was taken over from an earlier trajectory. */
  readonly imitated: ReadonlySet<string>;
  /** Characters of SKILL.md and of what was opened. */
  readonly chars: number;
}

export const noGuidance: Guidance = { body: new Map(), opened: new Map(), imitated: new Set(), chars: 0 };

/**
 * Chance in [0, 1] that `trap` is sprung. A lesson that is taught takes away its share of slips; a contradicting one that leaves its condition out leads into the trap;
 * length dilutes adherence and distracts. What is said during the work takes its share of what is left; it never leads into a trap.
 */
export function slipRate(rates: Persona["rollout"], trap: Trap, guidance: Guidance): number {
  const base = rates.slip.traps[trap.id] ?? rates.slip.default;
  const kchars = guidance.chars / 1000;
  const dilution = 2 ** (-kchars / rates.dilution_half_kchars);
  const distraction = Math.min(rates.distraction_cap, Math.max(0, kchars - rates.free_kchars) * rates.distraction_per_kchar);
  const follow = (id: string, teachings: readonly Teaching[]) => {
    const inBody = guidance.body.get(id);
    const inOpened = guidance.opened.get(id);
    if (inBody !== undefined && teachings.includes(inBody)) return rates.adherence * dilution;
    return inOpened !== undefined && teachings.includes(inOpened) ? rates.reference_adherence * dilution : 0;
  };
  const heeded = follow(trap.lesson.id, ["taught"]);
  const unconditional = follow(trap.lesson.id, ["always"]);
  const misled = trap.lesson.contradicts === undefined ? 0 : follow(trap.lesson.contradicts, ["always"]);
  const copied = guidance.imitated.has(trap.id) ? 1 : 0;
  const avoid = Math.max(copied, heeded > 0 ? heeded : Math.max(0, unconditional - misled));
  const lured = heeded > 0 || copied > 0 ? 0 : Math.max(0, misled - unconditional);
  const slip = base * (1 - avoid) + (1 - base) * lured;
  const left = guidance.said?.has(trap.lesson.id) === true ? 1 - rates.correction_adherence : 1;
  return (1 - (1 - slip) * (1 - distraction)) * left;
}
