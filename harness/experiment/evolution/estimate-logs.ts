import { consolidate } from "../../evolve/consolidate/consolidate.ts";
import { analystPrompt } from "../../evolve/propose/analyse-by-call.ts";
import { showSkill } from "../../evolve/propose/show-skill.ts";
import { callsToMerge } from "./estimate-learning.ts";
import { type LogLearning, openLogEvolution, studyOne } from "./learn-from-logs.ts";
import { fromStore, storedOnly } from "./stored-only.ts";
import type { Proposal } from "./study.ts";
import { proposePatch } from "./study-episodes.ts";

/** Calls of one stage: how many there are in all, and how many of them the store does not have. `atMost`: it hangs on what was not asked yet. */
export interface LogCalls {
  readonly asked: number;
  readonly missing: number;
  readonly atMost: boolean;
}

export interface LogEstimate {
  readonly analyses: LogCalls;
  readonly patches: LogCalls;
  readonly merges: LogCalls;
  /** Characters that missing analyses send, prompts and skill included. */
  readonly chars: number;
}

/** Plans learning from logs without asking anybody: what is stored is looked into, so that a second run is estimated exactly. */
export async function estimateLogs(learning: LogLearning): Promise<LogEstimate> {
  const { start, logs, settings, seed } = learning;
  const evolution = openLogEvolution({ ...learning, engine: storedOnly(learning.parts.store), note: () => undefined });
  const shown = showSkill(start.files).length;
  const { max_lessons: lessons } = settings.analysts;
  const proposals: (Proposal | undefined)[] = [];
  let [analyses, missing, patches, unwritten, chars] = [0, 0, 0, 0, 0];
  for (const [position, log] of logs.entries()) {
    if (log.source === undefined || (settings.signals !== "combined" && settings.signals !== log.source)) continue;
    analyses += 1;
    const studied = await fromStore(() => studyOne(evolution, start, log, position));
    if ("lacks" in studied) {
      missing += 1;
      patches += 1;
      unwritten += 1;
      chars += analystPrompt(log.source, lessons, settings.without).length + shown + log.log.length;
      proposals.push(undefined);
      continue;
    }
    if (studied.there.state === "errored") missing += 1;
    const written = await fromStore(() => proposePatch(evolution, start, studied.there));
    if ("lacks" in written) {
      patches += 1;
      unwritten += 1;
      proposals.push(undefined);
    } else if (written.there.state !== "none") {
      patches += 1;
      proposals.push(written.there);
    }
  }
  const known = proposals.flatMap((one) => (one?.state === "patched" ? [one] : []));
  const open = proposals.some((one) => one === undefined);
  const most = callsToMerge(known.length + (proposals.length - proposals.filter((one) => one !== undefined).length), settings.merge);
  const merged = open
    ? undefined
    : await fromStore(() =>
        consolidate({
          start: start.files,
          startHash: start.hash,
          patches: known.map(({ patch }) => patch),
          plan: known.map(({ study }) => study.id),
          settings,
          author: evolution.author("consolidation", "read"),
          seed,
          tasks: new Set(proposals.map((one) => one?.study.task.id)).size,
        }),
      );
  const stored = merged !== undefined && "there" in merged;
  return {
    analyses: { asked: analyses, missing, atMost: false },
    patches: { asked: patches, missing: unwritten, atMost: missing > 0 },
    merges: { asked: most, missing: stored ? 0 : most, atMost: !stored && most > 0 },
    chars,
  };
}
