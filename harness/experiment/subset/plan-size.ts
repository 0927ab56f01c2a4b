import type { SubsetSpec } from "../../core/spec.ts";
import { clustersNeeded, type PairedVariance, plannedDetectable } from "../../stats/minimum-detectable.ts";

/** How many tasks (or whole clusters) to take, and a clause for people that says why. */
export interface PlannedSize {
  readonly units: number;
  readonly why: string;
}

/**
 * Two arms that have nothing to do with each other and solve half of the tasks each: one repetition's difference then spreads with variance 1/4 + 1/4, and no pass
 * rates spread more. That more repetitions would average any of it out is not known beforehand, so none of it is taken to.
 */
const widest: PairedVariance = { betweenClusters: 0.5, withinClusters: 0, clusters: 2 };

/** The fewest units with which a difference of `detectable` would be found with 80 % power at 5 %, two-sided; all of them where they are not enough. */
export function planSize(
  subset: Extract<SubsetSpec, { readonly detectable: string }>,
  given: { readonly available: number; readonly repetitions: number; readonly pilot?: PairedVariance },
): PlannedSize {
  const difference = Number.parseFloat(subset.detectable) / 100;
  const variance = given.pilot ?? widest;
  const needed = clustersNeeded(variance, { difference, repetitions: given.repetitions });
  const units = Math.min(needed, given.available);
  const basis =
    given.pilot === undefined
      ? "assuming the widest spread, that of two independent arms at 50 %"
      : `from the spread in ${subset.pilot} (${given.pilot.clusters} pairs)`;
  if (needed <= given.available) return { units, why: `planned to detect ${subset.detectable} with 80 % power, ${basis}` };
  const reach = (plannedDetectable(variance, { clusters: given.available, repetitions: given.repetitions }) * 100).toFixed(1);
  const wanted = Number.isFinite(needed) ? needed.toLocaleString("en-US") : "more than ten million";
  return { units, why: `all there are: detecting ${subset.detectable} would take ${wanted}, these detect about ${reach}pp, ${basis}` };
}
