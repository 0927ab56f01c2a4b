/** From a published set on disk to tasks: one per test case, in the order of the index file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataSource } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { sha256 } from "../../harness/core/json.ts";
import type { FileRef, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { findCases, type TestCase } from "./find-cases.ts";
import { knownFlags } from "./known-tasks.ts";
import { openPreviewCache, type PreviewCache } from "./preview-cache.ts";
import { openPreviewPool, type PreviewPool } from "./preview-pool.ts";
import { type Instance, readIndex } from "./read-index.ts";
import { findSplit, inEvolveHalf, type SetName } from "./splits.ts";

/** Where the agent finds and leaves workbooks, inside its sandbox. */
export const agentPaths = { directory: "/work", input: "/work/input.xlsx", output: "/work/output.xlsx" } as const;

/** Test cases read ahead of the one being handed out. */
const readAhead = 16;

/** One test case with all that can be known of it without opening a workbook. */
export interface LocatedCase {
  /** The task's id: the instance's, with the number of the case behind it where the instance has several. */
  readonly id: string;
  readonly set: SetName;
  readonly instance: Instance;
  readonly testCase: TestCase;
  readonly flags: Task["flags"];
}

/** Tasks of a split. Throws UsageError naming the file or folder that is missing or malformed, with the command that mends it. */
export async function* loadTasks(splitId: string, source: DataSource): AsyncGenerator<Task> {
  const cache = await openPreviewCache(source.dataDir);
  await using pool = openPreviewPool();
  const pending: Promise<Task>[] = [];
  try {
    for await (const located of locateCases(splitId, source)) {
      const task = buildTask(located, { source, cache, pool });
      // The failure of a task read ahead is met when its turn comes; until then it must not count as unhandled.
      task.catch(() => undefined);
      pending.push(task);
      const first = pending.length < readAhead ? undefined : pending.shift();
      if (first) yield await first;
    }
    for (let first = pending.shift(); first !== undefined; first = pending.shift()) yield await first;
  } finally {
    await Promise.allSettled(pending);
    await cache.save();
  }
}

/** How much of a split is on disk. `missing` counts instances; a generated set has no expected size. */
export interface SplitCoverage {
  readonly split: string;
  readonly instances: number;
  readonly expected?: number;
  readonly missing: number;
  /** A sentence for people when something is missing, e.g. because only a part of the set was imported. */
  readonly note?: string;
}

/** Counts a split's instances without reading workbooks. Throws as loadTasks does when the set is not there. */
export async function splitCoverage(splitId: string, source: Pick<DataSource, "dataDir">): Promise<SplitCoverage> {
  const split = findSplit(splitId);
  const instances = split.select(await readIndex(join(source.dataDir, split.set), hintFor(split.set))).length;
  if (split.expected === undefined) return { split: splitId, instances, missing: 0 };
  const missing = Math.max(0, split.expected - instances);
  const note =
    missing === 0
      ? {}
      : { note: `Split ${splitId}: ${instances} of ${split.expected} instances are present; every number is over these only.` };
  return { split: splitId, instances, expected: split.expected, missing, ...note };
}

/** Ground truth of a task that loadTasks gave. Throws UsageError when its answer workbook has gone. */
export async function sealTask(task: Task, source: DataSource): Promise<Sealed> {
  const { set, gold } = task.origin;
  if (set === undefined || gold === undefined) throw new TypeError(`task ${task.id} was not made by the spreadsheetbench loader`);
  const bytes = await readPresent(join(source.dataDir, set, gold), set);
  return {
    files: [{ path: "gold.xlsx", blob: await source.blobs.put(bytes), bytes: bytes.length }],
    fields: { answer_position: task.slots.answer_position ?? "", gold_name: gold.slice(gold.lastIndexOf("/") + 1) },
  };
}

/** The test cases of a split in the order of the index file. Throws as loadTasks does. */
export async function* locateCases(splitId: string, source: Pick<DataSource, "dataDir">): AsyncGenerator<LocatedCase> {
  const { set, select } = findSplit(splitId);
  const setFolder = join(source.dataDir, set);
  const all = await readIndex(setFolder, hintFor(set));
  const positions = new Map(all.map((instance, index) => [instance, index]));
  for (const instance of select(all)) {
    const cases = await findCases(setFolder, instance, hintFor(set));
    const inEvolve = inEvolveHalf(set, instance.id, positions.get(instance) ?? 0, all.length);
    for (const testCase of cases) {
      const flags: Task["flags"] = [
        ...knownFlags(set, instance.id, testCase.number),
        ...(instance.exclude === undefined ? [] : (["author-excluded"] as const)),
        ...(inEvolve ? (["in-evolve-split"] as const) : []),
      ];
      yield { id: cases.length === 1 ? instance.id : `${instance.id}#${testCase.number}`, set, instance, testCase, flags };
    }
  }
}

async function buildTask(
  { id, set, instance, testCase, flags }: LocatedCase,
  context: { source: DataSource; cache: PreviewCache; pool: PreviewPool },
): Promise<Task> {
  const path = join(context.source.dataDir, set, testCase.input);
  const bytes = await readPresent(path, set);
  const hash = sha256(bytes);
  let preview = context.cache.get(hash);
  if (preview === undefined) {
    preview = await context.pool.preview(bytes, path);
    context.cache.add(hash, preview);
  }
  const start: FileRef = { path: "input.xlsx", blob: await context.source.blobs.put(bytes), bytes: bytes.length };
  const { number, input, gold } = testCase;
  return {
    id,
    case: number,
    cluster: instance.id,
    form: "workbook",
    type: instance.type,
    slots: {
      working_directory: agentPaths.directory,
      instruction: instance.instruction,
      spreadsheet_path: agentPaths.input,
      spreadsheet_content: preview,
      instruction_type: instance.type,
      answer_position: instance.answerPosition,
      output_path: agentPaths.output,
    },
    images: [],
    files: [start],
    needs: ["shell"],
    flags,
    origin: { set, input, gold, ...(instance.exclude === undefined ? {} : { exclude: instance.exclude }) },
  };
}

async function readPresent(path: string, set: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "EISDIR", "EACCES"].includes(String(error.code)))
      throw new UsageError(`The workbook ${path} cannot be read (${String(error.code)}); ${hintFor(set)}.`, { cause: error });
    throw error;
  }
}

function hintFor(set: string): string {
  return set === "sample"
    ? "generate the sample tasks with `t2s data sample spreadsheetbench`"
    : `get the data with "t2s data fetch spreadsheetbench --set ${set}", or "t2s data import spreadsheetbench PATH" if you have it`;
}
