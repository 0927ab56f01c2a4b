import type { AnalysisResult, SkillPatch } from "../../core/evolution.ts";
import type { Task } from "../../core/record.ts";

/** One episode as its analyst left it. */
export type Study = StudyBase & (Judged | Unjudged);

interface Judged {
  readonly source: "error" | "success";
  /** `not-asked`: no analyst is asked about episodes of this outcome. `errored`: infrastructure; running again may bring it. */
  readonly state: "accepted" | "rejected" | "errored" | "not-asked";
}

/** Nobody knows how the episode ended: it could not be measured, or no scorer could judge it. */
interface Unjudged {
  readonly source?: undefined;
  readonly state: "errored" | "not-asked";
}

/** What is said of every study. */
export interface StudyBase {
  /** Of its task in the split. */
  readonly position: number;
  readonly task: Pick<Task, "id" | "cluster" | "slots">;
  /** Rollout key, or a name for an analysis that was imported. */
  readonly episode: string;
  /** Id of the patch that is, or would be, written from it. */
  readonly id: string;
  readonly why?: string;
  /** Key of the analysis. */
  readonly key: string;
  readonly result?: AnalysisResult;
}

/** A patch, or why there is none. */
export type Proposal =
  | { readonly study: Study; readonly state: "patched"; readonly patch: SkillPatch }
  | { readonly study: Study; readonly state: "no-edits" | "unreadable" | "errored" | "none"; readonly why?: string };

/** Id of the patch that is, or would be, written from the episode at a position of the split. */
export const patchId = (position: number): string => `p${String(position).padStart(3, "0")}`;

/** Why a study gave nothing, in as many words as there are: what was wrong, where an analysis was rejected, else `why`. */
export function detailOf({ result, why }: Pick<Study, "result" | "why">): string | undefined {
  return result?.outcome.state === "rejected" && result.outcome.note !== "" ? result.outcome.note : why;
}
