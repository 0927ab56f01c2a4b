import type { Shard } from "../engine/shard.ts";
import type { RunSummary } from "../experiment/run-experiment.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** Says how a run of one experiment ended, in words and with `--json` as data, and gives the exit code: 0 when everything that falls to this process is there. */
export function concludeRun(
  summary: RunSummary,
  dir: string,
  experiment: string,
  options: { readonly json?: boolean; readonly shard?: Shard },
  context: CliContext,
): number {
  if (options.json === true) context.out(`${JSON.stringify({ v: 1, experiment, dir, ...summary })}\n`);
  const amiss = summary.unlearned.filter(({ elsewhere }) => elsewhere !== true);
  for (const { arm, why } of amiss) context.err(`t2s: arm ${arm} is not learned and not in the tables: ${why}\n`);
  if (summary.dropped > 0)
    context.err(
      `note: ${summary.dropped} rows of an earlier run under this name are not in this plan and left the ledger; running that plan again brings them back from the store without a model call\n`,
    );
  const left = summary.slots - summary.reused - summary.made - summary.elsewhere;
  context.err(`${summary.made} episodes made, ${summary.reused} reused, ${summary.errored} errored; files are in ${dir}\n`);
  if (options.shard !== undefined) sayWhatIsLeft(summary, options.shard, context);
  if (summary.stopped !== undefined)
    context.err(`t2s: stopped with ${left} episodes missing: ${summary.stopped}; run the same command again to go on\n`);
  else if (summary.errored > 0)
    context.err(`t2s: ${summary.errored} episodes could not be measured; \`t2s run … --retry-errors\` tries them again\n`);
  if (summary.stopped?.startsWith("interrupted") === true) return exitCodes.interrupted;
  return summary.stopped !== undefined || summary.errored > 0 || amiss.length > 0 ? exitCodes.incomplete : exitCodes.ok;
}

function sayWhatIsLeft({ elsewhere, unlearned }: RunSummary, { index, of }: Shard, context: CliContext): void {
  const waiting = unlearned.filter((one) => one.elsewhere === true).map(({ arm }) => arm);
  const left = [
    ...(elsewhere > 0 ? [`${elsewhere} episodes fall to other shards`] : []),
    ...(waiting.length > 0 ? [`${waiting.join(", ")} cannot be learned before the stores of all shards are joined`] : []),
  ];
  context.err(
    left.length === 0
      ? `shard ${index}/${of}: nothing is left for other shards; run without --shard for the tables\n`
      : `shard ${index}/${of}: ${left.join("; ")}. Join their stores (t2s store merge), then run again, with or without --shard\n`,
  );
}
