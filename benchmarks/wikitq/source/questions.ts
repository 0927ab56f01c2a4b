/** Questions with their targets, from either layout the data set comes in. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, UsageError } from "../../../harness/core/errors.ts";
import type { Split } from "../splits.ts";
import { deriveCanon } from "./derive-canon.ts";
import { type Row, readTsv, unescapeField, unescapeList } from "./read-tsv.ts";

export interface Question {
  readonly id: string;
  readonly text: string;
  /** Path of the table's CSV file relative to the set. */
  readonly table: string;
  readonly targetValue: readonly string[];
  /** As many as there are values. Derived ones are our approximation (derive-canon.ts). */
  readonly targetCanon: readonly string[];
}

/** Text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

/**
 * Questions of a split in the published order; undefined when the folder has neither `data/<split>.tsv` (with `tagged/data/<split>.tagged` where canons were
 * published) nor `<split>.jsonl`. Both layouts give the same questions. Throws UsageError naming file and line of what is not as published.
 */
export async function readQuestions(folder: string, split: Split, hint: string): Promise<readonly Question[] | undefined> {
  const complain = (path: string, line: number, what: string): never => {
    throw new UsageError(`${path}, line ${line}: ${what}; ${hint}.`);
  };
  const tsvPath = join(folder, "data", `${split.file}.tsv`);
  const taggedPath = join(folder, "tagged", "data", `${split.file}.tagged`);
  const [tsv, tagged] = await Promise.all([readIfThere(tsvPath), split.canon === "official" ? readIfThere(taggedPath) : undefined]);
  if (tsv !== undefined && (tagged !== undefined || split.canon === "derived")) {
    const canons = tagged === undefined ? undefined : canonsOf(readTsv(tagged), (line, what) => complain(taggedPath, line, what));
    return unique(
      tsvQuestions(readTsv(tsv), canons, (line, what) => complain(tsvPath, line, what)),
      tsvPath,
      hint,
    );
  }
  const packedPath = join(folder, `${split.file}.jsonl`);
  const packed = await readIfThere(packedPath);
  if (packed === undefined) return undefined;
  return unique(
    packedQuestions(packed, split, (line, what) => complain(packedPath, line, what)),
    packedPath,
    hint,
  );
}

type Complain = (line: number, what: string) => never;

function rowsOf(rows: readonly (Row | number)[], names: readonly string[], complain: Complain): readonly Row[] {
  return rows.map((row, i) => {
    if (typeof row === "number") return complain(row, "another number of fields than the header has");
    const missing = names.find((name) => row[name] === undefined);
    return missing === undefined ? row : complain(i + 2, `there is no field "${missing}"`);
  });
}

function canonsOf(rows: readonly (Row | number)[], complain: Complain): ReadonlyMap<string, readonly string[]> {
  return new Map(rowsOf(rows, ["id", "targetCanon"], complain).map((row) => [row.id ?? "", unescapeList(row.targetCanon ?? "")]));
}

function tsvQuestions(
  rows: readonly (Row | number)[],
  canons: ReadonlyMap<string, readonly string[]> | undefined,
  complain: Complain,
): readonly Question[] {
  return rowsOf(rows, ["id", "utterance", "context", "targetValue"], complain).map((row, i) => {
    const { id = "", utterance = "", context = "" } = row;
    const targetValue = unescapeList(row.targetValue ?? "");
    const targetCanon = canons === undefined ? targetValue.map(deriveCanon) : canons.get(id);
    if (targetCanon === undefined) return complain(i + 2, `the tagged file has no question "${id}"`);
    if (targetCanon.length !== targetValue.length)
      return complain(i + 2, `the tagged file has ${targetCanon.length} canons for ${targetValue.length} values`);
    return { id, text: unescapeField(utterance), table: context, targetValue, targetCanon };
  });
}

const packedSchema = z
  .object({
    id: z.string().min(1),
    utterance: z.string(),
    context: z.string().min(1),
    targetValue: z.array(z.string()).min(1),
    targetCanon: z.array(z.string()).nullish(),
  })
  .refine(
    ({ targetValue, targetCanon }) => (targetCanon ?? targetValue).length === targetValue.length,
    "targetCanon and targetValue differ in length",
  );

function packedQuestions(text: string, split: Split, complain: Complain): readonly Question[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    let data: unknown;
    try {
      data = JSON.parse(line);
    } catch (error) {
      return complain(i + 1, `no JSON (${messageOf(error)})`);
    }
    const parsed = packedSchema.safeParse(data);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return complain(i + 1, `${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}`);
    }
    const { id, utterance, context, targetValue, targetCanon } = parsed.data;
    if (split.canon === "official" && !Array.isArray(targetCanon))
      return complain(i + 1, "targetCanon is missing, which was published for this split");
    return [{ id, text: utterance, table: context, targetValue, targetCanon: targetCanon ?? targetValue.map(deriveCanon) }];
  });
}

function unique(questions: readonly Question[], path: string, hint: string): readonly Question[] {
  const seen = new Set<string>();
  for (const { id, table } of questions) {
    if (seen.has(id)) throw new UsageError(`${path} has the question "${id}" twice; ${hint}.`);
    if (table.startsWith("/") || table.includes("\\") || table.split("/").includes(".."))
      throw new UsageError(`${path}: the table "${table}" of question "${id}" leads out of the data set; ${hint}.`);
    seen.add(id);
  }
  return questions;
}
