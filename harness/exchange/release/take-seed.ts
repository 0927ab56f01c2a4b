import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { hashJson } from "../../core/json.ts";
import type { LedgerEpisode, Submission, Task } from "../../core/record.ts";
import { forEachInWindow } from "../../engine/window.ts";
import type { ReleaseFile } from "./find-files.ts";
import { gradeRow } from "./grade-row.ts";
import type { TaskNote, VerdictDifference } from "./import-report.ts";
import { logBelongs, outputNames, outputPlaces } from "./match-outputs.ts";
import { type ReleaseLog, readReleaseLog } from "./read-log.ts";
import type { ImportOptions, SeedInput, TakenSeed } from "./seed-input.ts";

const gradedAtOnce = 8;
const mostLogBytes = 64 * 1024 * 1024;

/** One run of the release: every task of the split with its output, log and stored verdict, graded here. What is said of no task is told and left out. */
export async function takeSeed(input: SeedInput): Promise<TakenSeed> {
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
  const tasks: TaskNote[] = [];
  const differences: VerdictDifference[] = [];
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
