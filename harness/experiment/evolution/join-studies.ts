import { hashJson, type Json } from "../../core/json.ts";
import type { Role } from "../../core/spec.ts";
import { freezeFanIn } from "../../engine/fan-in.ts";
import { playRole } from "./author-roles.ts";
import type { Consolidating } from "./evolution.ts";
import type { Study } from "./study.ts";

/** Rollout keys of the episodes whose studies are joined; `id` is what the work on top of them falls to a share by. */
export interface Joined {
  readonly joined: ReadonlySet<string>;
  readonly id: string;
}

/**
 * Rollout keys of the episodes whose studies are joined, frozen the first time it is asked: what settles later does not change a skill that was measured already.
 * The name holds who studied, so that role swaps over the same episodes are joinings of their own. Throws StoreError when fewer settled than `require` asks for.
 */
export async function joinStudies(
  evolution: Consolidating,
  studies: readonly { readonly study: Study; readonly settled: boolean }[],
  roles: readonly Role[],
  /** What else tells studies of the same episodes apart, where the episodes' names do not. */
  about: Readonly<Record<string, Json>> = {},
): Promise<Joined> {
  const { settings, seed, context } = evolution;
  const players = roles.map((role) => {
    const { identity, sampling } = playRole(context.experiment, settings, role, context.parts);
    return { role, identity, sampling };
  });
  const { error, max_turns, max_lessons } = settings.analysts;
  const { signals, reply_rounds: rounds } = settings;
  // What is left out of prompts makes other studies; of what merging leaves out they know nothing, but a joining more does no harm.
  const without = settings.without.length === 0 ? {} : { without: [...settings.without].sort() };
  // Another program, or another byte of it, makes other studies.
  const analyst = await evolution.programs("error-analyst");
  const program = analyst === undefined ? {} : { program: analyst, success: await evolution.programs("success-analyst") };
  const name = `studies ${hashJson({ players, analysts: { error, max_turns, max_lessons }, signals, rounds, seed, ...without, ...program, ...about })}`;
  const units = studies.map(({ study, settled }) => ({ key: study.episode, done: settled }));
  const { require } = settings;
  const { refreeze, engine } = context;
  const { joined, id } = await freezeFanIn(context.parts.store.root, name, units, { require, refreeze, owns: engine.owns });
  return { joined: new Set(joined), id };
}
