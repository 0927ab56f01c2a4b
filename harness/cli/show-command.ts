import { UsageError } from "../core/errors.ts";
import { trajectorySchema } from "../core/record.ts";
import { describeAnalysis, describeEpisode } from "../report/describe-episode.ts";
import type { DescribeOptions } from "../report/shown-text.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { openStore, type Store } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { findAnalyses, findEpisodes } from "./find-episode.ts";
import { episodeLine } from "./progress.ts";
import { findSteps, showStep } from "./show-step.ts";

const maxListed = 40;

/**
 * `t2s show EPISODE`: one episode or analysis turn by turn, or one step of an evolution that is neither (a merge, for example), or the list of those that a task id or the beginning
 * of a key fits.
 */
export async function showCommand(
  wanted: string,
  options: { readonly results: string; readonly experiment?: string; readonly full?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const found = await findEpisodes(options.results, wanted, options.experiment);
  const first = found[0];
  const store = openStore(options.results);
  const { blobs } = store;
  const describing = options.full === true ? { maxChars: Number.POSITIVE_INFINITY } : {};
  const analyses = first === undefined ? await findAnalyses(options.results, wanted, options.experiment) : [];
  const [analysis] = analyses;
  if (analysis !== undefined && analyses.length === 1) {
    const trajectory = analysis.trajectory === null ? null : trajectorySchema.parse(await readJsonBlob(blobs, analysis.trajectory));
    const [unit] = trajectory === null ? await findSteps(store, analysis.key) : [];
    const step = unit === undefined ? undefined : await showStep(unit, store, describing);
    if (options.json === true) context.out(`${JSON.stringify({ v: 1, row: analysis, trajectory, ...(step && { step: step.json }) })}\n`);
    else context.out(`${describeAnalysis(trajectory, analysis, describing)}\n${step === undefined ? "" : `${step.text}\n`}`);
    return;
  }
  if (analyses.length > 1) {
    context.out(`${analyses.length} analyses fit "${wanted}":\n`);
    for (const row of analyses.slice(0, maxListed))
      context.out(`  ${row.key.slice(0, 16)}  ${row.arm}  seed ${row.seed}  ${row.task}  ${row.state}\n`);
    return;
  }
  if (first === undefined) {
    await showSteps(wanted, store, { ...describing, json: options.json === true, results: options.results }, context);
    return;
  }
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

/** The one step of an evolution whose key begins with `wanted`, or the list of those. Throws UsageError where there is none. */
async function showSteps(
  wanted: string,
  store: Store,
  { results, json, ...describing }: DescribeOptions & { readonly results: string; readonly json: boolean },
  context: CliContext,
): Promise<void> {
  const steps = await findSteps(store, wanted);
  const [unit] = steps;
  if (unit === undefined)
    throw new UsageError(
      `no episode, analysis or step of an evolution in ${results} has a key that begins with "${wanted}" (eight digits and more for steps) or a task of that id; \`t2s list episodes EXPERIMENT\` shows episodes`,
    );
  if (steps.length > 1) {
    context.out(`${steps.length} steps fit "${wanted}":\n`);
    for (const { key, spec } of steps.slice(0, maxListed)) context.out(`  ${key.slice(0, 24)}  ${spec.kind}  ${String(spec.form)}\n`);
    return;
  }
  const { json: data, text } = await showStep(unit, store, describing);
  context.out(json ? `${JSON.stringify(data)}\n` : `${text}\n`);
}
