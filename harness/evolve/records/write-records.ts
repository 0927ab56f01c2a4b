/** Our lessons as records of the public release, for its evolvers and for comparison. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, UsageError } from "../../core/errors.ts";
import type { LessonRecord } from "./read-records.ts";
import { itemOf, type RecordSource, recordFiles } from "./released-format.ts";

/** What the release puts into `source_file`: here nothing but where the record comes from. */
const origin = "trace2skill-bench";

/**
 * Writes records to one file when `path` ends in .json, else to a directory with a file for each side there is; folders are made. Records without lessons
 * are left out, as the release leaves them out; `notes` says how many. What is written reads back as it was, side by side. Returns the files written.
 * Throws UsageError when a file cannot be written.
 */
export async function writeReleasedRecords(path: string, records: readonly LessonRecord[]): Promise<{ files: string[]; notes: string[] }> {
  const full = records.filter(({ lessons }) => lessons.length > 0);
  const empty = records.length - full.length;
  const sides: readonly RecordSource[] = ["error", "success"];
  const parts = path.endsWith(".json")
    ? [{ file: path, of: full }]
    : sides
        .map((side) => ({ file: join(path, recordFiles[side][0]), of: full.filter((record) => record.source === side) }))
        .filter(({ of }) => of.length > 0);
  try {
    await mkdir(path.endsWith(".json") ? dirname(path) : path, { recursive: true });
    for (const { file, of } of parts) await writeFile(file, `${JSON.stringify(of.map(recordOf), null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`The records cannot be written to ${path} (${messageOf(error)}).`, { cause: error });
  }
  const notes = empty === 0 ? [] : [`${empty} of ${records.length} records have no lesson and are left out.`];
  return { files: parts.map(({ file }) => file), notes };
}

function recordOf({ instance, source, lessons }: LessonRecord) {
  const numbers = new Map<string, number>();
  const items = lessons.map((lesson) => {
    const number = (numbers.get(lesson.type) ?? 0) + 1;
    numbers.set(lesson.type, number);
    return itemOf(lesson, number);
  });
  return { instance_id: instance, source_file: origin, record_source: source, items };
}
