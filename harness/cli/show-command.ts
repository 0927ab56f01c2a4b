import { UsageError } from "../core/errors.ts";
import { trajectorySchema } from "../core/record.ts";
import { describeEpisode } from "../report/describe-episode.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { findEpisodes } from "./find-episode.ts";
import { episodeLine } from "./progress.ts";

const maxListed = 40;

/** `t2s show EPISODE`: one episode turn by turn, or the list of those that a task id or key beginning fits. */
export async function showCommand(
  wanted: string,
  options: { readonly results: string; readonly experiment?: string; readonly full?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const found = await findEpisodes(options.results, wanted, options.experiment);
  const first = found[0];
  if (first === undefined)
    throw new UsageError(
      `no episode in ${options.results} has a key that begins with "${wanted}" or a task of that id; \`t2s list episodes EXPERIMENT\` shows them`,
    );
  const keys = new Set(found.map(({ row }) => row.key));
  if (keys.size > 1) {
    context.out(`${found.length} episodes fit "${wanted}":\n`);
    for (const { experiment, row } of found.slice(0, maxListed)) context.out(`  ${experiment}  ${episodeLine(row)}\n`);
    if (found.length > maxListed) context.out(`  … and ${found.length - maxListed} more\n`);
    return;
  }
  const blobs = openStore(options.results).blobs;
  const { row } = first;
  const trajectory = row.trajectory == null ? null : trajectorySchema.parse(await readJsonBlob(blobs, row.trajectory));
  if (options.json === true) context.out(`${JSON.stringify({ v: 1, row, trajectory })}\n`);
  else context.out(`${describeEpisode(trajectory, row, options.full === true ? { maxChars: Number.POSITIVE_INFINITY } : {})}\n`);
}
