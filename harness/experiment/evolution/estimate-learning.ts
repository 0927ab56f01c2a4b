import { hashJson } from "../../core/json.ts";
import type { Role } from "../../core/spec.ts";
import { cutIntoGroups } from "../../evolve/consolidate/form-groups.ts";
import { stepCount } from "../../evolve/sequential/evolve-sequentially.ts";
import type { Parts } from "../parts.ts";
import type { Resolved } from "../resolve-experiment.ts";
import { repetitionsOf } from "../slots.ts";
import { playerOf, playRole } from "./author-roles.ts";
import { openEvolution } from "./evolution.ts";
import { openContext } from "./learn-arms.ts";
import { rolesOf } from "./roles-of.ts";
import { resolveSettings, type TrajectorySpec } from "./settings.ts";
import { storedOnly } from "./stored-only.ts";
import { type Step, type Walked, walkConsolidation, walkEpisodes } from "./walk-learning.ts";

/** Work of one kind: how much an arm asks for, and how much of it neither the store nor an arm above it has. */
export interface Work {
  readonly asked: number;
  readonly added: number;
  /** It hangs on what was not run yet: these are upper bounds. */
  readonly atMost: boolean;
}

/** What learning one arm takes. */
export interface LearningEstimate {
  readonly arm: string;
  readonly episodes: Work;
  readonly analyses: Work;
  readonly patches: Work;
  readonly merges: Work;
  readonly validation: Work;
  /** Test episodes that follow, over all solvers. */
  readonly measured: number;
}

const none: Work = { asked: 0, added: 0, atMost: false };

/**
 * Plans learning without running anything: what every learned arm asks for, and what of it is shared with the arms above it. Episodes and analyses that are in the store are
 * looked into, so that what follows from them is exact; where it hangs on what was not run yet, the work says `atMost`. `known`: units that are there or planned before this
 * experiment; what it adds joins them.
 */
export async function estimateLearning(resolved: Resolved, parts: Parts, known: Set<string> = new Set()): Promise<LearningEstimate[]> {
  if (resolved.learning.length === 0) return [];
  for await (const key of parts.store.units.keys()) known.add(key);
  const silent = (): void => undefined;
  const context = openContext(resolved, parts, { dir: "", engine: storedOnly(parts.store), refreeze: false, note: silent, say: silent });
  const estimates: LearningEstimate[] = [];
  for (const { arm } of resolved.learning) {
    const { guidance, name } = arm;
    const perCandidate =
      resolved.benchmarks.reduce((sum, one) => sum + one.tasks.length * repetitionsOf(resolved.spec, one.spec), 0) *
      (arm.solvers ?? resolved.spec.solvers).length;
    if (guidance.kind === "irrelevant" || guidance.kind === "shuffled") {
      estimates.push({ arm: name, episodes: none, analyses: none, patches: none, merges: none, validation: none, measured: perCandidate });
      continue;
    }
    const settings = resolveSettings(resolved.spec, name, guidance);
    const seeds = resolved.spec.seeds.evolution;
    const roles = rolesOf(guidance, settings);
    const player = (role: Role): string => {
      if (!roles.includes(role)) return "";
      const { identity, sampling } = playRole(resolved.spec, settings, role, parts);
      return hashJson({ identity, sampling });
    };
    const wanted = (role: "error-analyst" | "success-analyst" | "patch-writer") => ({
      player: playerOf(resolved.spec, settings, role),
      sampling: settings.roles[role]?.sampling ?? resolved.spec.roles[role]?.sampling,
    });
    const analysts = `analysis ${hashJson([{ ...settings.analysts, concurrency: 0 }, settings.analyst ?? null, settings.without, wanted("error-analyst"), wanted("success-analyst")])}`;
    const writer = `patch ${hashJson(wanted("patch-writer"))} ${analysts}`;
    let [episodes, analyses, patches, merges] = [none, none, none, none];
    let validated = 0;
    for (const seed of seeds) {
      const evolution = await openEvolution(context, name, settings, seed);
      const walk = await walkEpisodes(evolution, guidance);
      // A draft is not there yet, and neither is any episode with it.
      const names = walk.walked.map(
        ({ rollout, study }, i) =>
          rollout ?? study?.episode ?? `draft ${player("drafter")} ${player("rollout")} ${seed} ${evolution.tasks[i]?.publicHash}`,
      );
      if (settings.records === undefined) episodes = add(episodes, count(known, names));
      const steps = (of: (one: Walked) => Step) => walk.walked.map((one, i) => ({ step: of(one), episode: names[i] ?? "" }));
      analyses = add(
        analyses,
        countSteps(
          known,
          steps(({ analysis }) => analysis),
          analysts,
          settings.signals,
        ),
      );
      patches = add(
        patches,
        countSteps(
          known,
          steps(({ patch }) => patch),
          writer,
          settings.signals,
        ),
      );
      if (guidance.kind === "evolved" || guidance.kind === "sequential") {
        const joined = await walkConsolidation(evolution, guidance, walk);
        const most = mostCalls(guidance, walk.walked, settings.merge);
        const call = (n: number): string => `${guidance.kind} ${n} ${seed} ${player("merger")} ${hashJson({ settings, guidance })}`;
        const left = Array.from({ length: joined === null ? most : joined.asked - joined.done }, (_, n) => call(n + (joined?.done ?? 0)));
        const { added } = count(known, left);
        merges = add(merges, { asked: joined?.asked ?? most, added, atMost: joined === null && most > 0 });
      }
      if (seeds.length > 1 && settings.select.by === "validation") validated += evolution.validation.length;
    }
    estimates.push({
      arm: name,
      episodes,
      analyses,
      patches,
      merges,
      // Candidates that turn out equal are validated once.
      validation: { asked: validated, added: validated, atMost: validated > 0 },
      measured: perCandidate * (settings.select.measure === "all" && seeds.length > 1 ? 1 + seeds.length : 1),
    });
  }
  return estimates;
}

const add = (a: Work, b: Work): Work => ({ asked: a.asked + b.asked, added: a.added + b.added, atMost: a.atMost || b.atMost });

/** Units by name; from now on they are known. */
function count(known: Set<string>, names: readonly string[]): Work {
  const added = new Set(names.filter((one) => !known.has(one)));
  for (const one of names) known.add(one);
  return { asked: names.length, added: added.size, atMost: false };
}

/** One step of all episodes. Those that hang on something open are counted as if they were taken. */
function countSteps(
  known: Set<string>,
  steps: readonly { readonly step: Step; readonly episode: string }[],
  what: string,
  signals: "error" | "success" | "combined",
): Work {
  const stored = steps.filter(({ step }) => step === "stored").length;
  const lacking = count(
    known,
    steps.flatMap(({ step }) => (typeof step === "string" ? [] : [step.lacks])),
  );
  const open = steps.flatMap(({ step, episode }) => (step === "open" ? [episode] : []));
  return add({ asked: stored, added: 0, atMost: false }, add(lacking, countStudies(known, open, what, signals)));
}

/**
 * Which of its two analysts an episode gets is known when it has run. So an arm with both signals asks for one of the two; it adds nothing where arms above have asked for both,
 * and arms with one signal add nothing below it.
 */
function countStudies(known: Set<string>, episodes: readonly string[], what: string, signals: "error" | "success" | "combined"): Work {
  let added = 0;
  for (const episode of episodes) {
    const name = (source: string): string => `${what} ${source} ${episode}`;
    const there = (source: string): boolean => known.has(name(source));
    if (!there("combined") && (signals === "combined" ? !(there("error") && there("success")) : !there(signals))) added += 1;
    known.add(name(signals));
  }
  return { asked: episodes.length, added, atMost: episodes.length > 0 };
}

/** Calls that join what at most comes of the episodes. */
function mostCalls(
  guidance: Extract<TrajectorySpec, { kind: "evolved" | "sequential" }>,
  walked: readonly Walked[],
  merge: Parameters<typeof callsToMerge>[1],
): number {
  if (guidance.kind === "sequential") {
    const most = walked.filter(({ analysis, study }) => study?.state === "accepted" || (analysis !== "none" && study === undefined)).length;
    return most === 0 ? 0 : stepCount(Math.ceil(most / guidance.batch), guidance.checkpoint_every, guidance.final_consolidation);
  }
  const most = walked.filter(({ patch, proposal }) => patch !== "none" && (proposal === undefined || proposal.state === "patched")).length;
  return callsToMerge(most, merge);
}

/** Merge calls over `patches` patches when every reply can be read. */
export function callsToMerge(
  patches: number,
  merge: { readonly batch_size: number | "all"; readonly max_levels: number; readonly leftovers: "balanced" | "as-released" },
): number {
  let calls = 0;
  for (let level = 1, left = patches; left > 1; level += 1) {
    const groups = cutIntoGroups(
      Array.from({ length: left }, (_, n) => n),
      level > merge.max_levels ? "all" : merge.batch_size,
      merge.leftovers,
    );
    calls += groups.filter((group) => group.length > 1).length;
    left = groups.length;
  }
  return calls;
}
