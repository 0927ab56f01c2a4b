import { hashJson } from "../../core/json.ts";
import type { Role } from "../../core/spec.ts";
import { armKey } from "../../evaluate/arm.ts";
import { rolloutRev } from "../../evaluate/rollout.ts";
import { cutIntoGroups } from "../../evolve/consolidate/form-groups.ts";
import type { Guidance } from "../guidance.ts";
import type { Parts } from "../parts.ts";
import { armRecord } from "../resolve-arms.ts";
import type { Resolved } from "../resolve-experiment.ts";
import { type ResolvedBenchmark, resolveBenchmark } from "../resolve-tasks.ts";
import { rolloutKey } from "../slots.ts";
import { playerOf, playRole } from "./author-roles.ts";
import { rolesOf } from "./roles-of.ts";
import { resolveSettings } from "./settings.ts";

/** Work of one kind: how much an arm asks for, and how much of it neither the store nor an arm above it has. */
export interface Work {
  readonly asked: number;
  readonly added: number;
}

/** What learning one arm takes at most. Analyses, patches and merges depend on what the episodes turn out to be: these are upper bounds. */
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

/** Plans learning without running anything: what every learned arm asks for, and what of it is shared with the arms above it. */
export async function estimateLearning(resolved: Resolved, parts: Parts): Promise<LearningEstimate[]> {
  const known = new Set<string>();
  for await (const key of parts.store.units.keys()) known.add(key);
  const loaded = new Map<string, Promise<ResolvedBenchmark>>();
  const estimates: LearningEstimate[] = [];
  for (const { arm } of resolved.learning) {
    const { guidance, name } = arm;
    const reps = resolved.spec.seeds.rollout.length * resolved.spec.attempts * resolved.spec.replicas;
    const perCandidate =
      resolved.benchmarks.reduce((sum, one) => sum + one.tasks.length, 0) * reps * (arm.solvers ?? resolved.spec.solvers).length;
    if (guidance.kind === "irrelevant" || guidance.kind === "shuffled") {
      const none: Work = { asked: 0, added: 0 };
      estimates.push({ arm: name, episodes: none, analyses: none, patches: none, merges: none, validation: none, measured: perCandidate });
      continue;
    }
    const settings = resolveSettings(resolved.spec, name, guidance);
    const { form, scorer, scorers, recalculate = "none" } = resolved.spec.benchmarks.find(({ id }) => id === settings.benchmark) ?? {};
    const spec = { id: settings.benchmark, split: settings.split, limit: settings.limit, form, scorer, scorers, recalculate };
    const benchmark = await (loaded.get(JSON.stringify(spec)) ?? keep(loaded, JSON.stringify(spec), resolveBenchmark(spec, parts)));
    const heldOut = Math.round(settings.select.held_out * new Set(benchmark.tasks.map(({ task }) => task.cluster)).size);
    const tasks = heldOut === 0 ? benchmark.tasks : benchmark.tasks.slice(heldOut);
    const count = (names: readonly string[]): Work => {
      const added = names.filter((one) => !known.has(one));
      for (const one of names) known.add(one);
      return { asked: names.length, added: new Set(added).size };
    };
    const roles = rolesOf(guidance, settings);
    const player = (role: Role): string => {
      if (!roles.includes(role)) return "";
      const { identity, sampling } = playRole(resolved.spec, settings, role, parts);
      return hashJson({ identity, sampling });
    };
    const seeds = resolved.spec.seeds.evolution;
    const episodeNames: string[] = [];
    for (const seed of seeds) {
      const start = await startOf(settings.start, parts);
      const rollout = playRole(resolved.spec, settings, "rollout", parts);
      if (start === undefined) {
        for (const task of tasks) episodeNames.push(`draft ${player("drafter")} ${player("rollout")} ${seed} ${task.publicHash}`);
        continue;
      }
      const guided = { arm: { name, guidance: { kind: "none" as const } }, guidance: start };
      const key = armKey(await armRecord(resolved.spec, guided, benchmark, rollout.configured, parts, rollout.sampling));
      for (const task of tasks)
        episodeNames.push(
          rolloutKey({ kind: "rollout", rev: rolloutRev, arm: key, task: task.publicHash, rep: { seed, attempt: 0, replica: 0 } }),
        );
    }
    const studied = roles.some((role) => role === "error-analyst" || role === "success-analyst") ? episodeNames : [];
    const patched = guidance.kind === "evolved";
    const wanted = (role: "error-analyst" | "success-analyst" | "patch-writer") => ({
      player: playerOf(resolved.spec, settings, role),
      sampling: settings.roles[role]?.sampling ?? resolved.spec.roles[role]?.sampling,
    });
    const analysts = `analysis ${hashJson([{ ...settings.analysts, concurrency: 0 }, wanted("error-analyst"), wanted("success-analyst")])}`;
    const writer = `patch ${hashJson(wanted("patch-writer"))} ${analysts}`;
    const steps = guidance.kind === "sequential" ? Math.ceil(tasks.length / guidance.batch) : 0;
    const mergeCalls = patched ? callsToMerge(tasks.length, settings.merge) : steps;
    const mergeNames = seeds.flatMap((seed) =>
      Array.from(
        { length: mergeCalls },
        (_, n) => `${guidance.kind} ${n} ${seed} ${player("merger")} ${hashJson({ settings, signals: settings.signals })}`,
      ),
    );
    const validated = seeds.length > 1 && settings.select.by === "validation" ? (heldOut === 0 ? tasks.length : heldOut) * seeds.length : 0;
    const candidates = settings.select.measure === "all" && seeds.length > 1 ? 1 + seeds.length : 1;
    estimates.push({
      arm: name,
      episodes: count(episodeNames),
      analyses: countStudies(known, studied, analysts, settings.signals),
      patches: countStudies(known, patched ? studied : [], writer, settings.signals),
      merges: count(mergeNames),
      validation: { asked: validated, added: validated },
      measured: perCandidate * candidates,
    });
  }
  return estimates;
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
  return { asked: episodes.length, added };
}

function keep<T>(map: Map<string, Promise<T>>, name: string, value: Promise<T>): Promise<T> {
  map.set(name, value);
  return value;
}

/** Guidance of the start; undefined for a draft, which does not exist yet. */
async function startOf(start: "none" | "draft" | { readonly skill: string }, parts: Parts): Promise<Guidance | undefined> {
  if (start === "draft") return undefined;
  return start === "none" ? { kind: "none" } : { kind: "skill", skill: await parts.readSkill(start.skill) };
}

/** Merge calls over `patches` patches when every reply can be read. */
function callsToMerge(
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
