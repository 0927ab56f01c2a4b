/** The annotation file of a set, in the forms in which it is published. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, UsageError } from "../../harness/core/errors.ts";

/** The same questions; the first form also has their types. */
export const annotationNames = ["val_v1.0_withQT.json", "val_v1.0.json"] as const;

const idSchema = z.union([z.number(), z.string().min(1)]).transform(String);

const entrySchema = z.object({
  questionId: idSchema,
  question: z.string().min(1),
  image: z.string().min(1),
  ucsf_document_id: idSchema,
  ucsf_document_page_no: idSchema,
  answers: z.array(z.string()).min(1),
  question_types: z.array(z.string()).nullish(),
});

/** Published with a head (data set name, split, version) around the list; parts of the file also go round as the bare list. */
const fileSchema = z.union([z.object({ data: z.array(z.unknown()) }).transform(({ data }) => data), z.array(z.unknown())]);

export interface Question {
  readonly id: string;
  readonly question: string;
  /** Path of the page's picture as the file has it: documents/<name>.png. */
  readonly image: string;
  /** The document's id and the number of the page in it. */
  readonly page: string;
  readonly answers: readonly string[];
  /** Types of the question, joined; only in the file with question types. */
  readonly type?: string;
}

/** Questions in file order. Throws UsageError naming the file, the entry and the field when it is not what is published. */
export async function readAnnotations(setFolder: string, hint: string): Promise<readonly Question[]> {
  for (const name of annotationNames) {
    const path = join(setFolder, name);
    const text = await readIfThere(path);
    if (text !== undefined) return questionsIn(text, path, hint);
  }
  throw new UsageError(`There is no data set at ${setFolder} (no ${annotationNames.join(" or ")}); ${hint}.`);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

function questionsIn(text: string, path: string, hint: string): readonly Question[] {
  const rows = fileSchema.safeParse(parseJson(text, path, hint));
  if (!rows.success) throw new UsageError(`${path} should hold an object with a list "data" of questions but does not; ${hint}.`);
  const seen = new Set<string>();
  return rows.data.map((row, index) => {
    const parsed = entrySchema.safeParse(row);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue === undefined || issue.path.length === 0 ? "" : ` field "${issue.path.join(".")}":`;
      throw new UsageError(`${path}, entry ${index + 1}:${field} ${issue?.message ?? "unreadable"}; ${hint}.`);
    }
    const { questionId, question, image, answers, question_types: types, ...entry } = parsed.data;
    if (seen.has(questionId))
      throw new UsageError(`${path} has the question ${questionId} twice (second time in entry ${index + 1}); ${hint}.`);
    seen.add(questionId);
    if (image.includes("\\") || image.startsWith("/") || image.split("/").includes(".."))
      throw new UsageError(`${path}, entry ${index + 1}: its image "${image}" leads out of the data set; ${hint}.`);
    const page = `${entry.ucsf_document_id}_${entry.ucsf_document_page_no}`;
    const type = types === undefined || types === null || types.length === 0 ? {} : { type: types.join(", ") };
    return { id: questionId, question, image, page, answers, ...type };
  });
}

function parseJson(text: string, path: string, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no valid JSON (${messageOf(error)}); ${hint}.`, { cause: error });
  }
}
