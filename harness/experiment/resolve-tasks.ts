import type { Benchmark, Form, SplitInfo } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../core/json.ts";
import type { Task } from "../core/record.ts";
import type { BenchmarkSpec } from "../core/spec.ts";
import { forEachInWindow } from "../engine/window.ts";
import { recalculateRev } from "../evaluate/recalculate-submission.ts";
import { scoreRev } from "../evaluate/score.ts";
import type { Parts } from "./parts.ts";
import { takeSubset } from "./subset/take-subset.ts";

export interface ResolvedScorer {
  readonly id: string;
  readonly rev: number;
  readonly toolchain: Hash;
}

/** One task ready to be planned: its records are in the blob store, referred to by hash. */
export interface ResolvedTask {
  readonly task: Task;
  /** Hash of the public part: what rollouts depend on. */
  readonly publicHash: Hash;
  readonly taskHash: Hash;
  readonly sealedHash: Hash;
  /** Hash over everything the scores of this task depend on except the submission. */
  readonly scoring: Hash;
}

/** One benchmark of the config with its tasks loaded, sealed and hashed. */
export interface ResolvedBenchmark {
  readonly spec: BenchmarkSpec;
  readonly benchmark: Benchmark;
  readonly split: SplitInfo;
  readonly form: Form;
  readonly primary: string;
  readonly scorers: readonly ResolvedScorer[];
  readonly recalculate: string | null;
  /** Which part of the split the tasks are, for people; absent: all of it, or its first ones. */
  readonly subset?: string;
  readonly tasks: readonly ResolvedTask[];
  /** Digest of all tasks and truths in order: the data checksum of the protocol card. */
  readonly dataDigest: Hash;
}

const sealedAtOnce = 16;

function pick<T>(table: Readonly<Record<string, T>>, key: string, what: string): T {
  const found = table[key];
  if (found === undefined) throw new UsageError(`${what} "${key}" does not exist; choose one of ${Object.keys(table).join(", ")}`);
  return found;
}

/** Loads a benchmark selection. Throws UsageError for unknown benchmarks, splits, forms, scorers and task ids, and for missing data. */
export async function resolveBenchmark(
  spec: BenchmarkSpec,
  parts: Parts,
  /** Repetitions of a task that a subset is planned for. */
  repetitions = 1,
): Promise<ResolvedBenchmark> {
  const benchmark = pick(parts.benchmarks, spec.id, "benchmark");
  const split = benchmark.splits.find((candidate) => candidate.id === spec.split) ?? benchmark.namedSplit?.(spec.split);
  if (split === undefined)
    throw new UsageError(
      `benchmark ${spec.id} has no split "${spec.split}"; choose one of ${benchmark.splits.map((candidate) => candidate.id).join(", ")}`,
    );
  const form = pick(benchmark.forms, spec.form ?? Object.keys(benchmark.forms)[0] ?? "", `form of benchmark ${spec.id}`);
  const primary = spec.scorer ?? benchmark.defaultScorer;
  const names = [...new Set([primary, ...(spec.scorers ?? Object.keys(benchmark.scorers))])];
  const scorers = await Promise.all(
    names.map(async (id) => {
      const scorer = pick(benchmark.scorers, id, `scorer of benchmark ${spec.id}`);
      return { id, rev: scorer.rev, toolchain: hashJson(await scorer.toolchain()) };
    }),
  );
  const recalculate = await recalculationVersion(spec, parts);
  const chosen: Task[] = [];
  const wanted = spec.tasks === undefined ? undefined : new Set(spec.tasks);
  const source = { dataDir: parts.dataDir(spec.id), blobs: parts.store.blobs };
  const { metrics = [] } = benchmark.scorers[primary] ?? {};
  const subset =
    spec.subset === undefined
      ? undefined
      : await takeSubset(await all(benchmark.load(spec.split, source, form.id)), spec.subset, {
          benchmark: spec.id,
          split: spec.split,
          scorer: primary,
          metrics,
          repetitions,
          resultsDir: parts.resultsDir,
        });
  for await (const task of subset?.tasks ?? benchmark.load(spec.split, source, form.id)) {
    if (spec.limit !== undefined && chosen.length >= spec.limit) {
      wanted?.clear(); // the limit stopped the search before the rest could be found
      break;
    }
    if (wanted !== undefined && !wanted.delete(task.id)) continue;
    chosen.push(task);
  }
  if (wanted !== undefined && wanted.size > 0)
    throw new UsageError(
      `split ${spec.split} of ${spec.id} has no task ${[...wanted].slice(0, 5).join(", ")}; \`t2s list tasks ${spec.id} ${spec.split}\` shows the ids`,
    );
  if (chosen.length === 0) throw new UsageError(`split ${spec.split} of ${spec.id} has no tasks`);
  const tasks: ResolvedTask[] = [];
  await forEachInWindow(chosen.entries(), sealedAtOnce, async ([index, task]) => {
    tasks[index] = await resolveTask(task, { spec, benchmark, scorers, recalculate, parts, source });
  });
  return {
    spec,
    benchmark,
    split,
    form,
    primary,
    scorers,
    recalculate,
    ...(subset === undefined ? {} : { subset: subset.said }),
    tasks,
    dataDigest: hashJson(tasks.map((task) => [task.taskHash, task.sealedHash])),
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function recalculationVersion(spec: BenchmarkSpec, parts: Parts): Promise<string | null> {
  if (spec.recalculate === "none") return null;
  const { libreoffice } = await parts.sandbox.manifest();
  if (libreoffice === undefined)
    throw new UsageError(
      `benchmark ${spec.id} asks for recalculate: libreoffice, but the ${parts.sandbox.id} sandbox has no LibreOffice; install it (\`t2s doctor\` says how) or set recalculate: none`,
    );
  return libreoffice;
}

async function resolveTask(
  task: Task,
  context: {
    spec: BenchmarkSpec;
    benchmark: Benchmark;
    scorers: readonly ResolvedScorer[];
    recalculate: string | null;
    parts: Parts;
    source: { dataDir: string; blobs: Parts["store"]["blobs"] };
  },
): Promise<ResolvedTask> {
  const { blobs } = context.parts.store;
  const sealed = await context.benchmark.seal(task, context.source);
  const seen = { form: task.form, slots: task.slots, images: task.images, files: task.files, needs: task.needs };
  const put = (value: unknown): Promise<Hash> => blobs.put(Buffer.from(canonicalJson(value)));
  const [publicHash, taskHash, sealedHash] = await Promise.all([put(seen), put(task), put(sealed)]);
  const scoring = hashJson({
    rev: scoreRev,
    benchmark: context.spec.id,
    scorers: context.scorers,
    task: taskHash,
    sealed: sealedHash,
    recalculate: context.recalculate === null ? null : { libreoffice: context.recalculate, rev: recalculateRev },
  });
  return { task, publicHash, taskHash, sealedHash, scoring };
}
