import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { Role } from "../../core/spec.ts";
import type { TrajectorySpec } from "./settings.ts";

/** Roles that are played when a skill (bank, notes) is learned this way, in the order they come up. */
export function rolesOf(guidance: TrajectorySpec, settings: EvolutionSettings): readonly Role[] {
  // Validation needs the author as a solver also where episodes are not run.
  const roles: Role[] = ["rollout"];
  if (settings.start === "draft") roles.push("drafter");
  if (guidance.kind === "one-shot") return [...new Set<Role>([...roles, "drafter"])];
  if (guidance.kind === "trajectories") return roles;
  if (settings.records === undefined) {
    if (settings.signals !== "success") roles.push("error-analyst");
    if (settings.signals !== "error") roles.push("success-analyst");
  }
  if (guidance.kind === "bank") return guidance.embedder === "endpoint" ? [...roles, "embedder"] : roles;
  roles.push("patch-writer");
  if (guidance.kind === "evolved") roles.push("merger", "translator", "validator");
  return roles;
}
