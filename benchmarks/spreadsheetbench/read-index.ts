/** `dataset.json` of the published sets: an array of instances in an order that matters. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../harness/core/errors.ts";

const entrySchema = z.object({
  // The published files mix numbers (275 of 400) and strings.
  id: z.union([z.number().int(), z.string().regex(/^[^/\\\s]+$/, "expected no blanks or slashes")]).transform(String),
  instruction: z.string().min(1),
  spreadsheet_path: z.string().min(1).optional(),
  instruction_type: z.string().min(1),
  answer_position: z.string().min(1),
  /** Why the authors of the verified set would leave the instance out (two of 400). */
  exclude: z.string().optional(),
});

export interface Instance {
  readonly id: string;
  readonly instruction: string;
  readonly type: string;
  readonly answerPosition: string;
  readonly exclude?: string;
  /** Folders that may hold the workbooks, relative to the set, in the order to try them. */
  readonly folders: readonly string[];
}

/** Instances in file order. Throws UsageError naming the file, the entry and the field when it is not what was published. */
export async function readIndex(setFolder: string, hint: string): Promise<readonly Instance[]> {
  const path = join(setFolder, "dataset.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      throw new UsageError(`There is no data set at ${setFolder} (no dataset.json); ${hint}.`, { cause: error });
    throw error;
  }
  const rows = z.array(z.unknown()).safeParse(parseJson(text, path, hint));
  if (!rows.success) throw new UsageError(`${path} should hold a JSON array of instances but does not; ${hint}.`);
  const seen = new Set<string>();
  return rows.data.map((row, index) => {
    const parsed = entrySchema.safeParse(row);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue === undefined || issue.path.length === 0 ? "" : ` field "${issue.path.join(".")}":`;
      throw new UsageError(`${path}, entry ${index + 1}:${field} ${issue?.message ?? "unreadable"}; ${hint}.`);
    }
    const entry = parsed.data;
    if (seen.has(entry.id)) throw new UsageError(`${path} has the id "${entry.id}" twice (second time in entry ${index + 1}); ${hint}.`);
    seen.add(entry.id);
    const named = entry.spreadsheet_path ?? entry.id;
    const folders = [`spreadsheet/${named}`, named, `spreadsheet/${entry.id}`, entry.id];
    if (folders.some((folder) => folder.includes("\\") || folder.startsWith("/") || folder.split("/").includes("..")))
      throw new UsageError(`${path}, entry ${index + 1}: its spreadsheet_path "${named}" leads out of the data set; ${hint}.`);
    return {
      id: entry.id,
      instruction: entry.instruction,
      type: entry.instruction_type,
      answerPosition: entry.answer_position,
      ...(entry.exclude === undefined ? {} : { exclude: entry.exclude }),
      folders: [...new Set(folders)],
    };
  });
}

function parseJson(text: string, path: string, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no valid JSON (${error instanceof Error ? error.message : String(error)}); ${hint}.`, {
      cause: error,
    });
  }
}
