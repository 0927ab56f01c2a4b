import { basename, resolve } from "node:path";
import { spreadsheetbench } from "../../benchmarks/spreadsheetbench/index.ts";
import { UsageError } from "../core/errors.ts";
import { createEngine } from "../engine/engine.ts";
import { anyKind, localExecutor } from "../engine/executor.ts";
import { createStopOrder } from "../engine/stop.ts";
import { scoreKind } from "../evaluate/score.ts";
import { importRelease } from "../exchange/release/import-release.ts";
import type { ImportReport } from "../exchange/release/import-report.ts";
import { oneLine } from "../report/plain-text.ts";
import { openStore, shareStore } from "../store/store.ts";
import { type CliContext, commitOf, dataDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { printReport } from "./report-command.ts";

export interface ImportReleaseOptions {
  readonly results: string;
  readonly experiment?: string;
  readonly arm?: string;
  readonly label?: string;
  readonly model?: string;
  readonly seed?: number;
  readonly split?: string;
  readonly logs?: string;
  readonly baseline?: string;
}

/** `t2s import release DIR`: outputs of the public release become a scored, marked experiment; prints what was found, what is missing and where verdicts differ, then the tables. */
export async function importReleaseCommand(dir: string, options: ImportReleaseOptions, context: CliContext): Promise<number> {
  const from = resolve(context.cwd, dir);
  const plain = (
    basename(from)
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "") || "outputs"
  ).slice(0, 60);
  const experiment = named("--experiment", options.experiment ?? `release-${plain}`);
  const arm = named("--arm", options.arm ?? plain);
  const store = openStore(options.results);
  await using _shared = await shareStore(store);
  const kinds = new Map([["score", anyKind(scoreKind({ blobs: store.blobs, benchmarks: { [spreadsheetbench.id]: spreadsheetbench } }))]]);
  const stop = createStopOrder();
  await using executor = localExecutor(kinds);
  const reports = await importRelease({
    dir: from,
    ...(options.logs === undefined ? {} : { logs: resolve(context.cwd, options.logs) }),
    experiment,
    arm,
    ...(options.label === undefined ? {} : { label: options.label }),
    ...(options.model === undefined ? {} : { model: named("--model", options.model) }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
    benchmark: spreadsheetbench,
    dataDir: dataDir(context, spreadsheetbench.id),
    resultsDir: options.results,
    store,
    engine: createEngine({ store, executor, stop }),
    made: { version: context.version, commit: commitOf(context.projectRoot), node: process.version },
  });
  for (const report of reports) for (const line of describe(report)) context.err(`${oneLine(line)}\n`);
  await printReport(options.results, experiment, {}, context);
  return exitCodes.ok;
}

/** Names become folders and words in sentences. */
function named(flag: string, name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name)) return name;
  throw new UsageError(`${flag} ${JSON.stringify(name)} is no name; expected letters, digits, dot, dash or underscore (at most 80)`);
}

const told = 30;

function* describe(report: ImportReport): Generator<string> {
  const { arm, model, seed, split, planned, graded, passed, withLog, compared, differences, tasks, problems, unchanged } = report;
  yield `${arm} with ${model}, seed ${seed}, ${split}: ${graded} of ${planned} tasks graded, ${passed} passed, ${withLog} with a log${unchanged ? "; nothing new" : ""}`;
  yield compared === 0
    ? "  there are no stored verdicts to hold against ours"
    : `  ${compared - differences.length} of ${compared} stored verdicts equal ours`;
  const word = (verdict: boolean): string => (verdict ? "passed" : "failed");
  for (const one of differences.slice(0, told))
    yield `  differs: ${one.task}, theirs ${word(one.theirs)} (${one.theirMessage || "no message"}), ours ${word(one.ours)} (${one.ourMessage || "no message"})`;
  for (const one of tasks.slice(0, told)) yield `  ${one.task}: ${one.note}`;
  for (const one of problems.slice(0, told)) yield `  ${one}`;
  const more = [differences, tasks, problems].reduce((sum, list) => sum + Math.max(0, list.length - told), 0);
  if (more > 0) yield `  … and ${more} more in the experiment's folder imports/`;
}
