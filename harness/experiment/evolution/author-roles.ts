import { UsageError } from "../../core/errors.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { Sampling } from "../../core/record.ts";
import type { ExperimentSpec, Role } from "../../core/spec.ts";
import type { ConfiguredModel, Parts } from "../parts.ts";
import { samplingOf } from "../resolve-arms.ts";

/** Who plays a role in one evolution, and how it samples. */
export interface PlayedRole {
  readonly configured: ConfiguredModel;
  readonly identity: ConfiguredModel["identity"];
  readonly sampling: Sampling;
}

/** Name of the model that plays a role: the evolution's own choice, then the experiment's, then the author. */
export function playerOf(
  experiment: Pick<ExperimentSpec, "roles">,
  settings: Pick<EvolutionSettings, "roles" | "author">,
  role: Role,
): string {
  const own = role === "embedder" ? undefined : settings.roles[role]?.model;
  return own ?? experiment.roles[role]?.model ?? settings.author;
}

/** The player of a role with its sampling. Throws UsageError for a model that is not configured or lacks the sampling. */
export function playRole(
  experiment: Pick<ExperimentSpec, "roles">,
  settings: EvolutionSettings,
  role: Role,
  parts: Pick<Parts, "models">,
): PlayedRole {
  const name = playerOf(experiment, settings, role);
  const configured = parts.models.get(name);
  if (configured === undefined)
    throw new UsageError(`model ${name}, which plays ${role}, is not configured; add configs/models/${name}.yaml`);
  const own = role === "embedder" ? undefined : settings.roles[role]?.sampling;
  return { configured, identity: configured.identity, sampling: samplingOf(experiment, configured, role, own) };
}
