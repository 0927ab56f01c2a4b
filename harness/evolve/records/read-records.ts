/** Records of the public release become lessons. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, UsageError } from "../../core/errors.ts";
import { type Lesson, lessonSchema } from "../../core/evolution.ts";
import {
  lessonTypes,
  type RecordSource,
  type ReleasedItem,
  type ReleasedRecord,
  recordFiles,
  relationIn,
  releasedRecordSchema,
} from "./released-format.ts";

/** What was learned from one episode of an instance. An instance can have several. */
export interface LessonRecord {
  readonly instance: string;
  readonly source: RecordSource;
  readonly lessons: Lesson[];
}

const PROMPT_COPY = /_prompt$/;

/**
 * Reads an array of records, or a directory with `parsed_error_records.json` (or `error_records.json`) and `parsed_success_records.json`; errors come first,
 * otherwise the order is the files'. `notes` are sentences for people about everything that was left out or looked odd. Throws UsageError for a path that
 * is missing and for files that hold something else.
 */
export async function readReleasedRecords(path: string): Promise<{ records: LessonRecord[]; notes: string[] }> {
  const notes: string[] = [];
  const records: LessonRecord[] = [];
  for (const file of await filesAt(path, notes)) {
    const { kept, copies } = withoutCopies(await readFileOf(file), file, notes);
    if (copies > 0)
      notes.push(`${file}: ${count(copies, "record")} of saved prompts (…_prompt) left out: each repeats the record of its instance.`);
    for (const record of kept) records.push(...lessonsOf(record, file, notes));
  }
  return { records, notes };
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

async function kindOf(path: string): Promise<"file" | "directory" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw new UsageError(`The records at ${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}

async function filesAt(path: string, notes: string[]): Promise<readonly string[]> {
  const kind = await kindOf(path);
  if (kind === undefined) throw new UsageError(`There are no records at ${path}: give a JSON file of records or a directory with one.`);
  if (kind === "file") return [path];
  const found: string[] = [];
  for (const names of Object.values(recordFiles)) {
    const there: string[] = [];
    for (const name of names) if ((await kindOf(join(path, name))) === "file") there.push(name);
    const [first, ...others] = there;
    if (first !== undefined) found.push(join(path, first));
    for (const other of others) notes.push(`${join(path, other)} is left alone: ${first} is there, too.`);
  }
  if (found.length > 0) return found;
  const names = Object.values(recordFiles).flat().join(", ");
  throw new UsageError(`The directory ${path} holds no records: expected one of ${names}.`);
}

async function readFileOf(file: string): Promise<readonly ReleasedRecord[]> {
  const json = parse(await readFile(file, "utf8"), file);
  if (!Array.isArray(json)) {
    const patterns = typeof json === "object" && json !== null && Object.keys(lessonTypes).some((type) => type in json);
    throw new UsageError(
      patterns
        ? `${file} holds patterns, not records: give the records they were made from, a JSON array with instance_id and items.`
        : `${file} holds no records: expected a JSON array of objects with instance_id and items.`,
    );
  }
  return json.map((entry: unknown, i) => {
    const read = releasedRecordSchema.safeParse(entry);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new UsageError(
      `Record ${i + 1} of ${file} is malformed${where}: ${issue?.message ?? "unreadable"}. Expected an object with instance_id and items.`,
    );
  });
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(`${file} is no JSON (${messageOf(error)}): expected an array of records.`, { cause: error });
  }
}

/** The stand-alone parsers of the release read saved prompts as reports of instances "<id>_prompt": the same lessons a second time. */
function withoutCopies(
  records: readonly ReleasedRecord[],
  file: string,
  notes: string[],
): { kept: readonly ReleasedRecord[]; copies: number } {
  const instances = new Set(records.map((record) => record.instance_id));
  const kept: ReleasedRecord[] = [];
  for (const record of records) {
    const original = record.instance_id.replace(PROMPT_COPY, "");
    if (original === record.instance_id || original === "") kept.push(record);
    else if (!instances.has(original)) {
      notes.push(`${file}: ${record.instance_id} is taken as ${original}, which has no record of its own.`);
      instances.add(original);
      kept.push({ ...record, instance_id: original });
    }
  }
  return { kept, copies: records.length - kept.length };
}

/** One entry for each side a record has lessons of: nearly always one. */
function lessonsOf(record: ReleasedRecord, file: string, notes: string[]): LessonRecord[] {
  const bySource = new Map<RecordSource, Lesson[]>();
  for (const [i, item] of record.items.entries()) {
    const kind = Object.hasOwn(lessonTypes, item.type) ? lessonTypes[item.type] : undefined;
    const where = `${file}: item ${i + 1} of ${record.instance_id}`;
    if (kind === undefined) {
      notes.push(`${where} is left out: its type "${item.type}" is none of ${Object.keys(lessonTypes).join(", ")}.`);
      continue;
    }
    const empty = (["title", "description", "content"] as const).filter((name) => (item[name] ?? "").trim() === "");
    if (empty.length > 0) {
      notes.push(`${where} is left out: it has no ${empty.join(" and no ")}.`);
      continue;
    }
    bySource.set(kind.source, [...(bySource.get(kind.source) ?? []), lessonOf(item, kind.type)]);
  }
  if (bySource.size === 0) notes.push(`${file}: ${record.instance_id} is left out: it has no usable item.`);
  if (bySource.size > 1) notes.push(`${file}: ${record.instance_id} has lessons of a failure and of a success; they count as two records.`);
  return [...bySource].map(([source, lessons]) => ({ instance: record.instance_id, source, lessons }));
}

function lessonOf(item: ReleasedItem, type: Lesson["type"]): Lesson {
  const said = (item.relation_to_skill ?? "").trim() || (item.skill_reflection ?? "").trim();
  const { relation, bare } = relationIn(said);
  const content = said === "" || bare ? item.content : `${item.content}\n\n${said}`;
  return lessonSchema.parse({
    type,
    title: item.title,
    description: item.description,
    content,
    ...(relation === undefined ? {} : { relation }),
  });
}
