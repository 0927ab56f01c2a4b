import { join } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import { harnessKinds } from "../attribution/failures/kinds.ts";
import { type ReadEpisode, readFailures } from "../attribution/failures/read-failures.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { buildFailures, type FailureKind, type FailureReport } from "../report/failures/build-failures.ts";
import { failuresPage } from "../report/failures/failures-page.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { renderGrids } from "../report/render-terminal.ts";
import { replaceFile } from "../store/durable.ts";
import { openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { readStored, requireArm } from "./stored-experiment.ts";

export interface FailuresOptions {
  readonly results: string;
  readonly baseline?: string;
  readonly json?: boolean;
}

/**
 * `t2s failures EXPERIMENT`: how every arm fails, and what it repairs and breaks against the baseline, from stored episodes. Writes failures.json, failures.md and
 * failed-episodes.jsonl (one line an episode: key, arm, solver, task, kind, detail) under report/, and prints the tables.
 */
export async function failuresCommand(name: string, options: FailuresOptions, context: CliContext): Promise<void> {
  const stored = await readStored(options.results, name);
  const { design, measured } = stored;
  const baseline = options.baseline === undefined ? design.baseline : requireArm(stored, options.baseline);
  const scorerOf = (row: LedgerEpisode): string | undefined =>
    design.benchmarks.find(({ id, split }) => id === row.benchmark && split === row.split)?.scorer;
  const episodes = await readFailures(openStore(options.results), measured, { benchmarks, scorerOf });
  const report = buildFailures(episodes, {
    experiment: name,
    arms: design.arms.map((arm) => arm.name),
    baseline,
    kinds: kindsOf(measured),
    scorerOf,
    rows: measured,
  });
  await write(join(stored.dir, "report"), report, episodes);
  if (options.json === true) context.out(`${JSON.stringify(report)}\n`);
  else context.out(renderGrids(failuresPage(report), { width: context.terminal.columns, color: context.terminal.color }));
}

/** The harness's own kinds, those of the benchmarks before the last of them. */
function kindsOf(rows: readonly LedgerEpisode[]): FailureKind[] {
  const own = [...new Set(rows.map((row) => row.benchmark))].flatMap((id) => {
    const { failures } = { failures: undefined, ...benchmarks[id as keyof typeof benchmarks] };
    return Object.entries(failures?.kinds ?? {});
  });
  const { wrong, ...common } = harnessKinds;
  return [...Object.entries(common), ...own, ["wrong", wrong] as const].map(([id, label]) => ({ id, label: String(label) }));
}

async function write(dir: string, report: FailureReport, episodes: readonly ReadEpisode[]): Promise<void> {
  const failed = episodes.filter(({ passed }) => !passed);
  const lines = failed.map(({ row, kind, detail, tools }) =>
    JSON.stringify({
      v: 1,
      key: row.key,
      arm: row.arm,
      solver: row.solver,
      benchmark: row.benchmark,
      split: row.split,
      task: row.task,
      rep: row.rep,
      exit: row.exit,
      kind,
      detail,
      tools,
    }),
  );
  await replaceFile(join(dir, "failures.json"), `${JSON.stringify(report, null, 1)}\n`);
  await replaceFile(join(dir, "failures.md"), renderGridsMarkdown(failuresPage(report)));
  await replaceFile(join(dir, "failed-episodes.jsonl"), lines.map((line) => `${line}\n`).join(""));
}
