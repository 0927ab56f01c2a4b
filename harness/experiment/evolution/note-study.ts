import type { LedgerAnalysis } from "../../core/ledger-rows.ts";
import { noUsage } from "../../core/record.ts";
import type { Consolidating } from "./evolution.ts";
import { whoPlays } from "./step-programs.ts";
import type { Study } from "./study.ts";

/** Keeps an analysis for the ledger; where no analyst was asked, there is none to keep. */
export function noteStudy({ context, settings, arm, seed }: Consolidating, study: Study, analyst: LedgerAnalysis["analyst"]): void {
  if (study.state === "not-asked" || study.source === undefined) return;
  const role = study.source === "error" ? "error-analyst" : "success-analyst";
  context.note({
    type: "analysis",
    v: 1,
    arm,
    seed,
    key: study.key,
    ...whoPlays(role, context, settings),
    task: study.task.id,
    episode: study.episode,
    source: study.source,
    analyst,
    state: study.state,
    reason: study.why,
    lessons: study.result?.outcome.lessons.length ?? 0,
    turns: study.result?.turns ?? 0,
    usage: study.result?.usage ?? noUsage,
    trajectory: study.result?.trajectory ?? null,
  });
}
