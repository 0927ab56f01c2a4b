import { UsageError } from "../../core/errors.ts";
import type { Candidate, Candidates } from "./candidates.ts";
import type { AblationPlan } from "./plan.ts";

/** What measuring may take; absent: no limit. */
export interface AblationBudget {
  readonly maxArms?: number;
  readonly maxEpisodes?: number;
  readonly maxCostUsd?: number;
}

export interface FittedArms {
  readonly arms: readonly { readonly name: string; readonly candidate: Candidate }[];
  readonly leftOut: AblationPlan["leftOut"];
}

/**
 * As many candidates as the budget holds, in their order; the rest is listed with the limit it goes beyond. Throws UsageError for a cost limit over episodes of unknown
 * cost, and for a budget that holds no arm at all.
 */
export function fitBudget(
  { candidates, impossible }: Candidates,
  budget: AblationBudget,
  each: { readonly episodes: number; readonly costUsd: number | null },
): FittedArms {
  const { maxArms, maxEpisodes, maxCostUsd } = budget;
  if (maxCostUsd !== undefined && each.costUsd === null)
    throw new UsageError(
      "--max-cost cannot be kept: what an episode of this experiment costs is not known; add prices to the model's file, or use --max-arms or --max-episodes",
    );
  const limits: { readonly most: number; readonly why: string }[] = [];
  if (maxArms !== undefined) limits.push({ most: maxArms, why: `beyond --max-arms ${maxArms}` });
  if (maxEpisodes !== undefined)
    limits.push({ most: Math.floor(maxEpisodes / each.episodes), why: `beyond --max-episodes ${maxEpisodes} (${each.episodes} an arm)` });
  if (maxCostUsd !== undefined && each.costUsd !== null && each.costUsd > 0)
    limits.push({
      most: Math.floor(maxCostUsd / each.costUsd),
      why: `beyond --max-cost ${maxCostUsd} ($${each.costUsd.toFixed(2)} an arm)`,
    });
  const tightest = limits.toSorted((a, b) => a.most - b.most)[0];
  const most = tightest?.most ?? candidates.length;
  if (most === 0 && candidates.length > 0)
    throw new UsageError(
      `the budget holds no arm: one takes ${each.episodes} episodes${each.costUsd === null ? "" : ` and about $${each.costUsd.toFixed(2)}`}; raise it, or measure fewer tasks with --limit`,
    );
  return {
    arms: candidates.slice(0, most).map((candidate) => ({ name: armName(candidate), candidate })),
    leftOut: [
      ...candidates.slice(most).flatMap(({ parts }) => parts.map((part) => ({ part, why: tightest?.why ?? "" }))),
      ...impossible.map(({ part, why }) => ({ part, why })),
    ],
  };
}

/** `without-s03-reading-data`, `without-m1.1e2`: unique, and what configs take for a name. */
function armName({ parts: [part] }: Candidate): string {
  if (part === undefined) throw new TypeError("armName: a candidate leaves out nothing");
  const slug = part.kind === "edit" ? "" : slugOf(part.title);
  return `without-${part.id.replace(/[^A-Za-z0-9._-]/g, "-")}${slug === "" ? "" : `-${slug}`}`.slice(0, 80);
}

const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40)
    .replace(/-$/, "");
