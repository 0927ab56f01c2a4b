import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, type Hash } from "../core/json.ts";
import { hashSchema } from "../core/record.ts";
import { ensureDirectory, onDisk } from "./durable.ts";
import { readFile } from "./files.ts";

/** One failed attempt at a unit. Errors are never results: they live here until `--retry-errors` or a success closes them. */
export const unitErrorSchema = z.object({
  v: z.literal(1),
  key: z.string(),
  kind: z.string(),
  class: z.string(),
  message: z.string(),
  attempt: z.number().int(),
  /** Absent when the price of a call is not known. */
  costUsd: z.number().optional(),
  /** What was seen of an episode before it failed. */
  trajectory: hashSchema.optional(),
  at: z.string(),
  host: z.string(),
  /** `final`: the retry policy gave up. `reopened`: `--retry-errors` asked for another round. */
  state: z.enum(["retried", "final", "reopened"]),
});
export type UnitError = z.infer<typeof unitErrorSchema>;

export interface ErrorLog {
  /** All attempts of a unit, oldest first; empty when there were none. A line torn by a kill is passed over. */
  of(key: Hash): Promise<readonly UnitError[]>;
  append(error: UnitError): Promise<void>;
}

/** `errors/ab/<key>.jsonl`, one line an attempt. */
export function openErrorLog(root: string): ErrorLog {
  const folderOf = (key: Hash): string => join(root, "errors", key.slice(0, 2));
  const pathOf = (key: Hash): string => join(folderOf(key), `${key}.jsonl`);
  return {
    async of(key) {
      const text = await readFile(pathOf(key), "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      const attempts: UnitError[] = [];
      for (const line of text.split("\n")) {
        if (line === "") continue;
        try {
          attempts.push(unitErrorSchema.parse(JSON.parse(line)));
        } catch {
          // A kill can tear the last line; an error that was not fully written did not happen.
        }
      }
      return attempts;
    },
    async append(error) {
      await onDisk(pathOf(error.key), async () => {
        await ensureDirectory(folderOf(error.key));
        await appendFile(pathOf(error.key), `${canonicalJson(error)}\n`);
      });
    },
  };
}
