import { UsageError } from "../../core/errors.ts";
import { type EvolutionSettings, evolutionPresets, evolutionSettingsSchema } from "../../core/evolution-presets.ts";
import type { EvolutionSpec } from "../../core/evolution-spec.ts";
import type { ExperimentSpec } from "../../core/spec.ts";
import type { LearnedSpec } from "../guidance.ts";

/** Learned guidance that goes through trajectories of its own; the other kinds are made from another arm's skill. */
export type TrajectorySpec = Exclude<LearnedSpec, { readonly kind: "irrelevant" | "shuffled" }>;

const fields = [
  "preset",
  "benchmark",
  "split",
  "limit",
  "start",
  "author",
  "signals",
  "records",
  "roles",
  "analyst",
  "analysts",
  "merge",
  "prevalence",
  "conflicts",
  "sizes",
  "translate",
  "repair_rounds",
  "reply_rounds",
  "require",
  "select",
  "without",
] as const satisfies readonly (keyof EvolutionSpec)[];

/**
 * The settings of one learned arm with nothing left open: preset, then the experiment's `evolution`, then the arm's own fields; groups of fields are joined field by field.
 * Throws UsageError naming arm and field for what has no default: author, start skill, and an evolve split where none can be told from the measured one.
 */
export function resolveSettings(experiment: ExperimentSpec, arm: string, guidance: TrajectorySpec): EvolutionSettings {
  const shared = experiment.evolution;
  const own: EvolutionSpec = Object.fromEntries(fields.flatMap((name) => (guidance[name] === undefined ? [] : [[name, guidance[name]]])));
  const preset = own.preset ?? shared.preset ?? "as-paper";
  const joined: Record<string, unknown> = { ...evolutionPresets[preset] };
  for (const layer of [shared, own])
    for (const name of fields) {
      const value = layer[name];
      if (value === undefined) continue;
      const before = joined[name];
      joined[name] = isGroup(value) && isGroup(before) && name !== "require" && name !== "start" ? joinGroups(before, value) : value;
    }
  const benchmark = own.benchmark ?? shared.benchmark ?? experiment.benchmarks[0]?.id;
  const missing = (field: string, what: string): UsageError =>
    new UsageError(`arm ${arm}: ${field} is not set; ${what}, under evolution or in the arm's guidance`);
  if (joined.author === undefined) throw missing("author", "name the model that writes the skill");
  if (joined.start === undefined)
    throw missing("start", 'give "draft" for a skill the author drafts itself, or { skill: DIRECTORY } for one to start from');
  leaveOut(joined);
  const split = own.split ?? shared.split ?? evolveSplit(experiment, benchmark);
  if (split === undefined) throw missing("split", "name the split that trajectories come from");
  return evolutionSettingsSchema.parse({ ...joined, preset, benchmark, split });
}

/** Priors that are settings of their own are left out here, the others where they act. */
function leaveOut(joined: Record<string, unknown>): void {
  const { without, analysts } = joined;
  if (!Array.isArray(without)) return;
  // The success analyst is one call; so both are alike.
  if (without.includes("asymmetry") && isGroup(analysts)) joined.analysts = { ...analysts, error: "single-call" };
  if (without.includes("prevalence")) joined.prevalence = { min_support: 1, below: "keep" };
}

/** `verified/test` is measured, `verified/evolve` is learned from. */
function evolveSplit(experiment: ExperimentSpec, benchmark: string | undefined): string | undefined {
  const measured = experiment.benchmarks.find(({ id }) => id === benchmark)?.split;
  return measured?.endsWith("/test") === true ? measured.replace(/\/test$/, "/evolve") : undefined;
}

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group => typeof value === "object" && value !== null && !Array.isArray(value);

function joinGroups(before: Group, after: Group): Group {
  const joined: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(after)) {
    const old = joined[name];
    joined[name] = isGroup(value) && isGroup(old) ? joinGroups(old, value) : value;
  }
  return joined;
}
