import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { hashJson } from "../../core/json.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { experimentSpecSchema } from "../../core/spec.ts";
import { type LockFile, lockFileSchema, readLockFile, writeLockFile } from "../../experiment/lock-file.ts";
import type { TableDesign } from "../../report/table-design.ts";
import { replaceFile } from "../../store/durable.ts";
import { appendLedger, compactLedger, comparableRow, readLedgerBatches } from "../../store/ledger.ts";
import { lockExperiment } from "../../store/store.ts";
import type { ChosenSplit } from "./choose-split.ts";
import { type ImportReport, importedFrom } from "./import-report.ts";
import type { ImportOptions, TakenSeed } from "./seed-input.ts";

interface Import extends TakenSeed {
  readonly options: ImportOptions;
  readonly split: ChosenSplit;
  readonly seed: number;
  readonly model: string;
}

/** Puts the rows of one arm and seed in the place of those that are there, and makes lock file and report fit. Throws UsageError for an experiment that was run here. */
export async function mergeImport(one: Import): Promise<ImportReport> {
  const { options, rows, seed, model } = one;
  const dir = join(options.resultsDir, options.experiment);
  await mkdir(dir, { recursive: true });
  await using _held = await lockExperiment(dir);
  const before = await readLockFile(dir);
  refuse(before, one);
  const path = join(dir, "ledger.jsonl");
  const isOwn = (row: { readonly type: string }): boolean =>
    "arm" in row && "rep" in row && isOf(row as LedgerEpisode, options.arm, model, seed);
  const there: string[] = [];
  for await (const batch of readLedgerBatches(path)) there.push(...batch.filter(isOwn).map(comparableRow));
  const wanted = rows.map(comparableRow);
  const unchanged = there.length > 0 && there.length === wanted.length && [...there].sort().join("\n") === [...wanted].sort().join("\n");
  await writeLockFile(dir, lockOf(before, one));
  if (!unchanged) {
    if (there.length > 0) await compactLedger(path, (row) => !isOwn(row));
    await using ledger = await appendLedger(path);
    for (const row of rows) await ledger.append(row);
  }
  const report: ImportReport = {
    v: 1,
    from: importedFrom,
    folder: basename(options.dir),
    arm: options.arm,
    model,
    seed,
    split: one.split.id,
    planned: one.split.tasks.length,
    graded: rows.filter(({ state }) => state === "graded").length,
    passed: rows.filter((row) =>
      row.outcomes.some(
        ({ outcome }) => outcome.state === "graded" && outcome.score.scorer === options.benchmark.defaultScorer && outcome.score.passed,
      ),
    ).length,
    withLog: rows.filter(({ trajectory }) => trajectory != null).length,
    compared: one.compared,
    differences: [...one.differences],
    tasks: [...one.tasks],
    problems: [...one.problems],
    unchanged,
  };
  const { unchanged: _unchanged, ...kept } = report;
  await replaceFile(
    join(dir, "imports", `${options.arm}-${model}-s${seed}.json`.replace(/[^\w.@-]/g, "_")),
    `${JSON.stringify(kept, null, 1)}\n`,
  );
  return report;
}

const isOf = (row: LedgerEpisode, arm: string, model: string, seed: number): boolean =>
  row.type === "episode" && row.arm === arm && row.solver === model && row.rep.seed === seed;

function refuse(before: LockFile | undefined, { options, split }: Import): void {
  if (before === undefined) return;
  if (before.imported === undefined)
    throw new UsageError(
      `${options.experiment} was run here, and imported rows are never mixed with our own; choose another name with --experiment`,
    );
  const [benchmark] = before.card.benchmarks;
  if (benchmark?.split !== split.id)
    throw new UsageError(
      `${options.experiment} holds imports of ${benchmark?.id} ${benchmark?.split}, these outputs are of ${split.id}; choose another name with --experiment, or the split with --split`,
    );
}

function lockOf(before: LockFile | undefined, { options, split, seed, model, scorers }: Import): LockFile {
  const { benchmark, experiment, arm, label = arm, made } = options;
  const form = Object.keys(benchmark.forms)[0] ?? "";
  const arms = [
    ...(before?.card.arms.filter((one) => one.name !== arm || one.solver !== model) ?? []),
    { name: arm, label, guidance: `imported from the ${importedFrom}`, solver: model, agent: "imported", simulated: false },
  ].sort((a, b) => order(before, a.name) - order(before, b.name));
  const names = [...new Set(arms.map(({ name }) => name))];
  const solvers = [...new Set(arms.map(({ solver }) => solver))];
  const seeds = [...new Set([...(before?.card.seeds ?? []), seed])].sort((a, b) => a - b);
  const baseline = options.baseline ?? before?.spec.baseline ?? names[0];
  if (baseline !== undefined && !names.includes(baseline))
    throw new UsageError(`--baseline ${baseline} is no arm of ${experiment}; it has ${names.join(", ")}`);
  const title = before?.spec.title ?? `Outputs of the public release, graded again (${experiment})`;
  const spec = experimentSpecSchema.parse({
    name: experiment,
    title,
    benchmarks: [{ id: benchmark.id, split: split.id }],
    arms: names.map((name) => ({
      name,
      label: arms.find((one) => one.name === name)?.label,
      solvers: arms.filter((one) => one.name === name).map(({ solver }) => solver),
    })),
    solvers,
    seeds: { rollout: seeds },
    ...(baseline === undefined ? {} : { baseline }),
  });
  const metricsOf = (id: string) => benchmark.scorers[id]?.metrics.map((metric) => ({ ...metric })) ?? [];
  const design: TableDesign = {
    experiment,
    title,
    benchmarks: [
      {
        id: benchmark.id,
        split: split.id,
        scorer: benchmark.defaultScorer,
        scorers: scorers.map(({ id }) => id),
        metrics: metricsOf(benchmark.defaultScorer),
        metricsByScorer: Object.fromEntries(scorers.map(({ id }) => [id, metricsOf(id)])),
        tasks: split.tasks.length,
      },
    ],
    arms: spec.arms.map(({ name, label: text, solvers: own }) => ({
      name,
      label: text ?? name,
      ...(own === undefined ? {} : { solvers: own }),
    })),
    solvers,
    ...(baseline === undefined ? {} : { baseline }),
    contrasts: names.filter((name) => name !== baseline).map((name) => [name, baseline ?? ""] as const),
    seeds,
    attempts: 1,
    replicas: 1,
  };
  return lockFileSchema.parse({
    v: 1,
    experiment,
    spec,
    card: {
      benchmarks: [
        {
          id: benchmark.id,
          rev: benchmark.rev,
          split: split.id,
          splitLabel: split.label,
          synthetic: split.synthetic,
          form,
          tasks: split.tasks.length,
          clusters: new Set(split.tasks.map(({ cluster }) => cluster)).size,
          dataDigest: hashJson(split.tasks.map((task) => hashJson(task))),
          primary: benchmark.defaultScorer,
          scorers,
          recalculate: null,
        },
      ],
      arms,
      seeds,
      attempts: 1,
      replicas: 1,
      sandbox: "none",
    },
    design: JSON.parse(JSON.stringify(design)),
    imported: importedFrom,
    made,
  });
}

/** Arms stay where they are; new ones come last. */
function order(before: LockFile | undefined, name: string): number {
  const at = before?.card.arms.findIndex((arm) => arm.name === name) ?? -1;
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}
