import { trajectorySchema } from "../../core/record.ts";
import { renderLog } from "../../evolve/analysis/render-log.ts";
import type { LoggedEpisode } from "../../evolve/controls/trajectory-notes.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { Evolution } from "./evolution.ts";
import type { LearnedEpisode } from "./run-episodes.ts";

/** Logs of the episodes that could be judged, in the order of the tasks. */
export async function readLogs({ context }: Pick<Evolution, "context">, episodes: readonly LearnedEpisode[]): Promise<LoggedEpisode[]> {
  const logs: LoggedEpisode[] = [];
  for (const { task, result, score } of episodes) {
    if (result?.trajectory == null || score === undefined) continue;
    const trajectory = trajectorySchema.parse(await readJsonBlob(context.parts.store.blobs, result.trajectory));
    logs.push({ task: task.task.id, log: renderLog(trajectory, { withSystem: false }), outcome: score.passed ? "passed" : "failed" });
  }
  return logs;
}

/** The first logs that fit into `maxChars` together; a first one that does not fit alone is cut in its middle. */
export function logsWithin(logs: readonly LoggedEpisode[], maxChars: number): LoggedEpisode[] {
  const taken: LoggedEpisode[] = [];
  let left = maxChars;
  for (const one of logs) {
    if (one.log.length > left) continue;
    taken.push(one);
    left -= one.log.length;
  }
  const [first] = logs;
  if (taken.length > 0 || first === undefined) return taken;
  const half = Math.floor(maxChars / 2) - 20;
  return [{ ...first, log: `${first.log.slice(0, half)}\n[… cut …]\n${first.log.slice(-half)}` }];
}
