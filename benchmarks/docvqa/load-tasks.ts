/** From a published set on disk to tasks: one per question, in the order of the annotation file. */
import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { DataSource } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import type { Hash } from "../../harness/core/json.ts";
import type { Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { type Question, readAnnotations } from "./read-annotations.ts";
import { evolveCount, findSplit, type SetName } from "./splits.ts";

/** Where pictures lie in the archives they are published in, beside the path in the annotations. */
const pictureFolders = ["documents", "spdocvqa_images", "images"] as const;

/** Annotations that were read for a source: truths are asked for one by one, and the file has thousands. */
const readFor = new WeakMap<DataSource, Map<SetName, Promise<ReadonlyMap<string, Question>>>>();

/** Tasks of a split. Throws UsageError naming the file that is missing or malformed, with the command that gets it. */
export async function* loadTasks(splitId: string, source: DataSource): AsyncGenerator<Task> {
  const { set, select } = findSplit(splitId);
  readFor.delete(source);
  const questions = await readAnnotations(join(source.dataDir, set), hintFor(set));
  const evolve = new Set(questions.slice(0, evolveCount(set, questions)));
  let last: { readonly image: string; readonly blob: Hash } | undefined;
  for (const question of select(questions)) {
    if (last?.image !== question.image) last = { image: question.image, blob: await putPicture(question.image, set, source) };
    yield {
      id: question.id,
      cluster: question.page,
      form: "page",
      ...(question.type === undefined ? {} : { type: question.type }),
      slots: { question: question.question },
      images: [last.blob],
      files: [],
      needs: ["vision"],
      flags: evolve.has(question) ? ["in-evolve-split"] : [],
      origin: { set },
    };
  }
}

/** Ground truth of a task that loadTasks gave. Throws UsageError when its question has gone. */
export async function sealTask(task: Task, source: DataSource): Promise<Sealed> {
  const { set } = task.origin;
  if (set !== "val" && set !== "sample") throw new TypeError(`task ${task.id} was not made by the docvqa loader`);
  const sets = readFor.get(source) ?? new Map<SetName, Promise<ReadonlyMap<string, Question>>>();
  readFor.set(source, sets);
  const reading =
    sets.get(set) ?? readAnnotations(join(source.dataDir, set), hintFor(set)).then((questions) => new Map(questions.map((q) => [q.id, q])));
  sets.set(set, reading);
  const question = (await reading).get(task.id);
  if (question === undefined) throw new UsageError(`The question ${task.id} is no longer in the set "${set}"; ${hintFor(set)}.`);
  return { files: [], fields: { answers: [...question.answers] } };
}

/** How much of a split is on disk. */
export interface SplitCoverage {
  readonly split: string;
  readonly questions: number;
  readonly expected?: number;
  readonly missing: number;
  /** A sentence for people when something is missing. */
  readonly note?: string;
}

/** Counts a split's questions without reading pictures. Throws as loadTasks does when the set is not there. */
export async function splitCoverage(splitId: string, source: Pick<DataSource, "dataDir">): Promise<SplitCoverage> {
  const { set, select, expected } = findSplit(splitId);
  const present = await readAnnotations(join(source.dataDir, set), hintFor(set));
  const questions = select(present).length;
  if (expected === undefined) return { split: splitId, questions, missing: 0 };
  const missing = Math.max(0, expected - questions);
  if (missing === 0) return { split: splitId, questions, expected, missing };
  const rows =
    splitId === "all"
      ? ""
      : " Rows are counted in the part that is there, so they are not the rows of the published file; use the split val.";
  const note = `Split ${splitId}: ${questions} of ${expected} questions are present; every number is over these only.${rows}`;
  return { split: splitId, questions, expected, missing, note };
}

async function putPicture(image: string, set: SetName, source: DataSource): Promise<Hash> {
  const folder = join(source.dataDir, set);
  const name = basename(image);
  const jpeg = `${name.slice(0, name.length - extname(name).length)}.jpg`;
  const candidates = [image, ...pictureFolders.flatMap((one) => [`${one}/${name}`, `${one}/${jpeg}`])];
  for (const candidate of new Set(candidates)) {
    const bytes = await readIfThere(join(folder, candidate));
    if (bytes !== undefined) return source.blobs.put(bytes);
  }
  throw new UsageError(`The picture ${join(folder, image)} is not there; ${hintFor(set)}.`);
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    if (error.code === "EISDIR" || error.code === "EACCES")
      throw new UsageError(`The picture ${path} cannot be read (${error.code}).`, { cause: error });
    throw error;
  }
}

function hintFor(set: SetName): string {
  return set === "sample"
    ? "generate the sample tasks with `t2s data sample docvqa`"
    : `get it from the RRC site (rrc.cvc.uab.es, challenge 17; registration needed), then run "t2s data import docvqa PATH"`;
}
