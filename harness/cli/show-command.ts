import { UsageError } from "../core/errors.ts";
import { trajectorySchema } from "../core/record.ts";
import { describeAnalysis, describeEpisode } from "../report/describe-episode.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { findAnalyses, findEpisodes } from "./find-episode.ts";
import { episodeLine } from "./progress.ts";

const maxListed = 40;

/** `t2s show EPISODE`: one episode or analysis turn by turn, or the list of those that a task id or key beginning fits. */
export async function showCommand(
  wanted: string,
  options: { readonly results: string; readonly experiment?: string; readonly full?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const found = await findEpisodes(options.results, wanted, options.experiment);
  const first = found[0];
  const blobs = openStore(options.results).blobs;
  const describing = options.full === true ? { maxChars: Number.POSITIVE_INFINITY } : {};
  const analyses = first === undefined ? await findAnalyses(options.results, wanted, options.experiment) : [];
  const [analysis] = analyses;
  if (analysis !== undefined && analyses.length === 1) {
    const trajectory = analysis.trajectory === null ? null : trajectorySchema.parse(await readJsonBlob(blobs, analysis.trajectory));
    if (options.json === true) context.out(`${JSON.stringify({ v: 1, row: analysis, trajectory })}\n`);
    else context.out(`${describeAnalysis(trajectory, analysis, describing)}\n`);
    return;
  }
  if (analyses.length > 1) {
    context.out(`${analyses.length} analyses fit "${wanted}":\n`);
    for (const row of analyses.slice(0, maxListed))
      context.out(`  ${row.key.slice(0, 16)}  ${row.arm}  seed ${row.seed}  ${row.task}  ${row.state}\n`);
    return;
  }
  if (first === undefined)
    throw new UsageError(
      `no episode or analysis in ${options.results} has a key that begins with "${wanted}" or a task of that id; \`t2s list episodes EXPERIMENT\` shows them`,
    );
  const keys = new Set(found.map(({ row }) => row.key));
  if (keys.size > 1) {
    context.out(`${found.length} episodes fit "${wanted}":\n`);
    for (const { experiment, row } of found.slice(0, maxListed)) context.out(`  ${experiment}  ${episodeLine(row)}\n`);
    if (found.length > maxListed) context.out(`  … and ${found.length - maxListed} more\n`);
    return;
  }
  const { row } = first;
  const trajectory = row.trajectory == null ? null : trajectorySchema.parse(await readJsonBlob(blobs, row.trajectory));
  if (options.json === true) context.out(`${JSON.stringify({ v: 1, row, trajectory })}\n`);
  else context.out(`${describeEpisode(trajectory, row, describing)}\n`);
}
