import { UsageError } from "../../core/errors.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { sha256 } from "../../core/json.ts";
import type { Author } from "../../evolve/author.ts";
import { openAuthor } from "../../evolve/call/open-author.ts";
import { allForms } from "../../evolve/forms.ts";
import type { Parts } from "../parts.ts";
import type { ResolvedBenchmark, ResolvedTask } from "../resolve-tasks.ts";
import { playRole } from "./author-roles.ts";
import type { LearnContext } from "./context.ts";
import { type StepPrograms, stepPrograms } from "./step-programs.ts";
import { countedAuthor, openTally, type Stage, type Tally } from "./tally.ts";

/** One evolution under way: an arm's settings with one evolution seed. */
export interface Evolution {
  readonly context: LearnContext;
  readonly settings: EvolutionSettings;
  /** Name of the learned arm. */
  readonly arm: string;
  readonly seed: number;
  readonly benchmark: ResolvedBenchmark;
  /** Tasks that are learned from, in the order of the split. */
  readonly tasks: readonly ResolvedTask[];
  /** Tasks that skills are validated on; the same ones unless some are held out. */
  readonly validation: readonly ResolvedTask[];
  readonly tally: Tally;
  /** The author, counted under a stage; `affinity` says whose share its calls fall to. */
  readonly author: (stage: Stage, affinity: string) => Author;
  /** Roles that somebody else's program plays. */
  readonly programs: StepPrograms;
}

/** What it takes to make a skill of studies, wherever their episodes come from: an evolution without a benchmark. */
export interface Consolidating extends Pick<Evolution, "settings" | "arm" | "seed" | "tally" | "author" | "programs"> {
  readonly context: Pick<LearnContext, "engine" | "note" | "refreeze"> & {
    readonly experiment: Pick<LearnContext["experiment"], "roles">;
    readonly parts: Pick<Parts, "store" | "models">;
  };
}

/** Opens an evolution. Throws UsageError for roles nobody can play. */
export async function openEvolution(context: LearnContext, arm: string, settings: EvolutionSettings, seed: number): Promise<Evolution> {
  const benchmark = await context.tasksOf(settings.benchmark, settings.split, settings.limit);
  const tally = openTally();
  const programs = stepPrograms(arm, settings, context);
  // Before anything is spent: a program that is not there or that no sandbox can hold.
  for (const role of ["error-analyst", "merger"] as const) await programs(role);
  const authorNear = (affinity: string): Author =>
    openAuthor({
      engine: context.engine.near(affinity),
      blobs: context.parts.store.blobs,
      role: (role) => playRole(context.experiment, settings, role, context.parts),
      seed,
      rounds: settings.reply_rounds,
      forms: allForms,
      program: programs,
    });
  const { learned, heldOut } = holdOut(benchmark.tasks, settings.select.held_out);
  if (learned.length === 0)
    throw new UsageError(
      `arm ${arm} holds out all ${heldOut.length} tasks of ${settings.split} and has none to learn from; lower select.held_out or raise limit`,
    );
  const shown = new Set(context.measured.flatMap((one) => one.tasks.map(({ publicHash }) => publicHash)));
  const shared = learned.filter(({ publicHash }) => shown.has(publicHash)).length;
  if (shared > 0)
    context.say(`note: arm ${arm} learns from ${shared} tasks that are also measured; on these its numbers say nothing about other tasks`);
  return {
    context,
    settings,
    arm,
    seed,
    benchmark,
    tasks: learned,
    validation: heldOut.length > 0 ? heldOut : learned,
    tally,
    programs,
    author: (stage, affinity) => countedAuthor(authorNear(affinity), tally, stage),
  };
}

/** Takes a share of the clusters out of the tasks, the same ones every time: those whose names hash lowest. */
function holdOut(tasks: readonly ResolvedTask[], share: number): { learned: readonly ResolvedTask[]; heldOut: readonly ResolvedTask[] } {
  const clusters = [...new Set(tasks.map(({ task }) => task.cluster))];
  const ordered = clusters.map((name) => ({ name, at: sha256(`held out ${name}`) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  const out = new Set(ordered.slice(0, Math.round(share * clusters.length)).map(({ name }) => name));
  return { learned: tasks.filter(({ task }) => !out.has(task.cluster)), heldOut: tasks.filter(({ task }) => out.has(task.cluster)) };
}
