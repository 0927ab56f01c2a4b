import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Benchmark } from "../../core/contract.ts";
import { UsageError } from "../../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../../core/json.ts";
import { type LedgerEpisode, outcomeSchema, type Submission, type Task } from "../../core/record.ts";
import { type Engine, resultOf } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import { forEachInWindow } from "../../engine/window.ts";
import { type ScoreSpec, scoreRev } from "../../evaluate/score.ts";
import type { Store } from "../../store/store.ts";
import { type ChosenSplit, chooseSplit } from "./choose-split.ts";
import { findReleaseFiles, type ReleaseFile, type ReleaseFiles } from "./find-files.ts";
import { instancesOf, logBelongs, outputNames, outputPlaces } from "./match-outputs.ts";
import { type ImportReport, importedFrom, mergeImport } from "./merge-import.ts";
import { type ReleaseLog, readReleaseLog } from "./read-log.ts";
import { readRun, readVerdicts, type StoredRun, type StoredVerdicts } from "./read-verdicts.ts";

export interface ImportOptions {
  readonly dir: string;
  /** Further folder with chat logs. */
  readonly logs?: string;
  readonly experiment: string;
  readonly arm: string;
  readonly label?: string;
  readonly model?: string;
  readonly seed?: number;
  readonly split?: string;
  readonly baseline?: string;
  readonly benchmark: Benchmark;
  readonly dataDir: string;
  readonly resultsDir: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly made: { readonly version: string; readonly commit?: string; readonly node: string };
}

const gradedAtOnce = 8;
const mostLogBytes = 64 * 1024 * 1024;

/**
 * Takes the outputs of the public release in as an arm of an imported experiment: every workbook is graded with our scorers, logs become trajectories, and its stored verdicts are held
 * against ours. One report a seed. Doing it again with the same files changes nothing; with other files it replaces that arm and seed.
 */
export async function importRelease(options: ImportOptions): Promise<ImportReport[]> {
  const { benchmark, store } = options;
  const files = await findReleaseFiles([options.dir, ...(options.logs === undefined ? [] : [options.logs])]);
  const seeds = seedsOf(files);
  const source = { dataDir: options.dataDir, blobs: store.blobs };
  const problems: string[] = [...files.passedOver];
  const runs = await readAll(files.results, readRun, problems);
  const verdicts = await readAll(files.verdicts, readVerdicts, problems);
  const instances = instancesOf(
    files,
    [...runs.values(), ...verdicts.values()].flatMap((one) => [...one.instances]),
  );
  if (instances.size === 0)
    throw new UsageError(
      `${options.dir} holds no output of the public release; expected workbooks called …_output.xlsx in folders of their instances, with eval_official_results.json or chat logs beside them`,
    );
  const split = await chooseSplit(benchmark, source, options.split, instances);
  const reports: ImportReport[] = [];
  for (const folderSeed of seeds) {
    const run = runs.get(folderSeed);
    const seed = folderSeed ?? options.seed ?? run?.seed ?? 0;
    const model = options.model ?? plainName(run?.model);
    const taken = await takeSeed({
      options,
      files,
      split,
      folderSeed,
      rep: { seed, attempt: 0, replica: 0 },
      model,
      run,
      verdicts: verdicts.get(folderSeed),
    });
    reports.push(await mergeImport({ options, split, seed, model, ...taken, problems: [...problems, ...taken.problems] }));
  }
  return reports;
}

/** Models are called as servers call them ("Qwen/Qwen3"); names of ours are plain. */
function plainName(text: string | undefined): string {
  const plain = (text ?? "").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return plain === "" ? "unknown-model" : plain.slice(0, 80);
}

function seedsOf(files: ReleaseFiles): (number | undefined)[] {
  const seeds = new Set([...files.outputs, ...files.logs].map(({ seed }) => seed));
  // Outputs beside seed folders would belong to no run: a folder is either one run or one of several.
  const numbered = [...seeds].filter((seed): seed is number => seed !== undefined).sort((a, b) => a - b);
  return seeds.size === 0 ? [undefined] : seeds.has(undefined) ? [undefined, ...numbered] : numbered;
}

async function readAll<T extends object>(
  files: readonly ReleaseFile[],
  read: (file: ReleaseFile) => Promise<T | { readonly problem: string }>,
  problems: string[],
): Promise<Map<number | undefined, T>> {
  const found = new Map<number | undefined, T>();
  for (const file of files) {
    const one = await read(file);
    if ("problem" in one) problems.push(one.problem);
    else if (found.has(file.seed)) problems.push(`${file.path} was passed over: another file of its kind was read before it`);
    else found.set(file.seed, one);
  }
  return found;
}

interface SeedInput {
  readonly options: ImportOptions;
  readonly files: ReleaseFiles;
  readonly split: ChosenSplit;
  readonly folderSeed: number | undefined;
  readonly rep: LedgerEpisode["rep"];
  readonly model: string;
  readonly run: StoredRun | undefined;
  readonly verdicts: StoredVerdicts | undefined;
}

export interface TakenSeed {
  readonly rows: readonly LedgerEpisode[];
  readonly scorers: readonly { readonly id: string; readonly rev: number; readonly toolchain: Hash }[];
  readonly tasks: readonly ImportReport["tasks"][number][];
  readonly differences: readonly ImportReport["differences"][number][];
  readonly compared: number;
  readonly problems: readonly string[];
}

async function takeSeed(input: SeedInput): Promise<TakenSeed> {
  const { options, files, split, folderSeed, verdicts, run } = input;
  const scorers = await Promise.all(
    Object.values(options.benchmark.scorers).map(async (scorer) => ({
      id: scorer.id,
      rev: scorer.rev,
      toolchain: hashJson(await scorer.toolchain()),
    })),
  );
  const outputs = new Map(files.outputs.filter(({ seed }) => seed === folderSeed).map((file) => [file.place, file]));
  const logs = new Map<string, ReleaseFile[]>();
  for (const { instance, ...file } of files.logs) if (file.seed === folderSeed) logs.set(instance, [...(logs.get(instance) ?? []), file]);
  const rows: LedgerEpisode[] = [];
  const tasks: ImportReport["tasks"][number][] = [];
  const differences: ImportReport["differences"][number][] = [];
  const problems: string[] = [];
  let compared = 0;
  const used = new Set<string>();
  const perTask = await inOrder(split.tasks, async (task) => {
    const notes: string[] = [];
    const place = outputPlaces(task).find((one) => outputs.has(one));
    if (place !== undefined) used.add(place);
    const cases = split.tasks.filter(({ cluster }) => cluster === task.cluster);
    const log = await readLogOf(task, cases, logs.get(task.cluster) ?? [], notes);
    const stored = verdicts?.of(task.cluster, outputNames(task), basename(task.origin.gold ?? ""));
    const attempted = place !== undefined || logs.has(task.cluster) || stored !== undefined || run?.instances.has(task.cluster) === true;
    if (!attempted) return { task, notes: ["nothing is said of it: no output, no log, no verdict; it is missing, not failed"] };
    const submission = await submit(place === undefined ? undefined : outputs.get(place), log, options, notes);
    const row = await gradeRow(input, task, submission, log, scorers);
    return { task, notes, row, stored };
  });
  for (const { task, notes, row, stored } of perTask) {
    for (const note of notes) tasks.push({ task: task.id, note });
    if (row === undefined) continue;
    rows.push(row);
    const own = row.outcomes.find(
      ({ outcome }) => outcome.state === "graded" && outcome.score.scorer === options.benchmark.defaultScorer,
    )?.outcome;
    if (stored === undefined || own?.state !== "graded") continue;
    compared += 1;
    if (own.score.passed !== stored.passed)
      differences.push({
        task: task.id,
        theirs: stored.passed,
        theirMessage: stored.message,
        ours: own.score.passed,
        ourMessage: own.score.message ?? "",
      });
  }
  for (const [place, { path }] of outputs)
    if (!used.has(place)) problems.push(`${path} belongs to no task of ${split.id} and was left out`);
  return { rows, scorers, tasks, differences, compared, problems };
}

/** Works on items side by side and gives the results in the items' order. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  await forEachInWindow(items.entries(), gradedAtOnce, async ([i, item]) => {
    results.set(i, await work(item));
  });
  return items.flatMap((_, i) => {
    const one = results.get(i);
    return one === undefined ? [] : [one];
  });
}

async function readLogOf(
  task: Task,
  cases: readonly Task[],
  candidates: readonly ReleaseFile[],
  notes: string[],
): Promise<ReleaseLog | undefined> {
  const file = candidates[0];
  if (file === undefined) {
    notes.push("it has no chat log");
    return undefined;
  }
  if (candidates.length > 1) notes.push(`it has ${candidates.length} chat logs; ${basename(file.path)} was read`);
  if (file.bytes > mostLogBytes) {
    notes.push(`its chat log has ${file.bytes} bytes and was not read`);
    return undefined;
  }
  const log = readReleaseLog(file.path, await readFile(file.path, "utf8"));
  if ("problem" in log) {
    notes.push(`its chat log ${basename(file.path)} ${log.problem}`);
    return undefined;
  }
  if (!logBelongs(log.trajectory.user, task, cases)) {
    notes.push("its session left no log: the release keeps that of an instance's last case only");
    return undefined;
  }
  if (log.turns === undefined) notes.push("its chat log has no RESULT section: the run was cut off while it was written");
  if (log.error !== undefined && log.trajectory.exit === undefined)
    notes.push(`its run ended with an error (${log.error.slice(0, 200)}); it counts as the release counts it`);
  return log;
}

async function submit(
  file: ReleaseFile | undefined,
  log: ReleaseLog | undefined,
  { benchmark, store }: ImportOptions,
  notes: string[],
): Promise<Submission> {
  const exit = log?.trajectory.exit ?? "completed-implicit";
  const [wanted] = Object.values(benchmark.forms)[0]?.harvest ?? [];
  if (wanted === undefined) throw new TypeError(`benchmark ${benchmark.id} hands in no file`);
  if (file === undefined) {
    notes.push("no output workbook was handed in: graded as failed");
    return { files: [], exit };
  }
  if (file.bytes > wanted.maxBytes) {
    const reason = `it has ${file.bytes} bytes, more than ${wanted.maxBytes}`;
    notes.push(`its output workbook was refused: ${reason}`);
    return { files: [], refused: [{ path: wanted.path, reason }], exit };
  }
  const bytes = await readFile(file.path);
  return { files: [{ path: wanted.path, blob: await store.blobs.put(bytes), bytes: bytes.length }], exit };
}

async function gradeRow(
  { options, split, rep, model }: SeedInput,
  task: Task,
  submission: Submission,
  log: ReleaseLog | undefined,
  scorers: TakenSeed["scorers"],
): Promise<LedgerEpisode> {
  const { benchmark, store, engine, arm } = options;
  const put = (value: unknown): Promise<Hash> => store.blobs.put(Buffer.from(canonicalJson(value)));
  const sealed = await benchmark.seal(task, { dataDir: options.dataDir, blobs: store.blobs });
  const [taskHash, sealedHash, submissionHash] = await Promise.all([put(task), put(sealed), put(submission)]);
  const trajectory = log === undefined ? null : await put(log.trajectory);
  const scoring = hashJson({ imported: importedFrom, benchmark: benchmark.id, scorers, task: taskHash, sealed: sealedHash });
  const head = {
    type: "episode",
    v: 1,
    key: hashJson({ kind: "imported", from: importedFrom, arm, model, task: taskHash, rep, submission: submissionHash, trajectory }),
    arm,
    guidance: `imported, ${log?.trajectory.agent ?? "no log"}`,
    solver: model,
    benchmark: benchmark.id,
    split: split.id,
    task: task.id,
    cluster: task.cluster,
    ...(task.type === undefined ? {} : { taskType: task.type }),
    flags: [...task.flags],
    rep,
    simulated: split.synthetic ? ["tasks"] : [],
    imported: importedFrom,
    ...(log?.trajectory.exit === undefined ? {} : { exit: log.trajectory.exit }),
    trajectory,
    ...(log === undefined ? {} : { turns: log.turns ?? log.replies }),
    submission: submissionHash,
  } satisfies Partial<LedgerEpisode>;
  const outcomes: LedgerEpisode["outcomes"] = [];
  for (const scorer of scorers) {
    const spec: ScoreSpec = {
      kind: "score",
      rev: scoreRev,
      benchmark: benchmark.id,
      scorer: scorer.id,
      scorerRev: scorer.rev,
      toolchain: scorer.toolchain,
      task: taskHash,
      sealed: sealedHash,
      submission: submissionHash,
    };
    const settled = await engine.run(spec);
    if (settled.state === "errored")
      return { ...head, state: "errored", outcomes: [], error: { class: settled.error.class, message: settled.error.message } };
    outcomes.push({ key: unitKey(spec), outcome: outcomeSchema.parse(resultOf(settled, outcomeSchema)) });
  }
  const primary = outcomes.find(
    ({ outcome }) => (outcome.state === "graded" ? outcome.score.scorer : outcome.scorer) === benchmark.defaultScorer,
  );
  return { ...head, state: primary?.outcome.state ?? "ungraded", scoring, outcomes };
}
