import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { analysesLineSchema } from "../core/evolution.ts";
import { writeReleasedRecords } from "../evolve/records/write-records.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { readLedger } from "../store/ledger.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export interface ExportRecordsOptions {
  readonly out: string;
  readonly seed?: number;
  readonly results: string;
}

/** `t2s skill records EXPERIMENT ARM --out DIR`: accepted analyses of one evolution as the release has them; they can be started from with `evolution.records`. */
export async function exportRecords(experiment: string, arm: string, options: ExportRecordsOptions, context: CliContext): Promise<number> {
  if (options.seed !== undefined && !Number.isSafeInteger(options.seed))
    throw new UsageError(
      `--seed of \`t2s skill records\` is not a whole number; give an evolution seed of ${experiment}, such as 41, or leave --seed out for the selected one`,
    );
  const dir = await requireExperiment(options.results, experiment);
  const seed = options.seed ?? (await selectedSeed(dir, arm));
  const path = join(dir, "evolutions", arm, `s${seed}`, "analyses.jsonl");
  const text = await readFile(path, "utf8").catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    const arms = await readdir(join(dir, "evolutions")).catch(() => []);
    throw new UsageError(
      `there are no analyses of arm ${arm}, evolution seed ${seed} (expected ${path}); experiment ${experiment} has learned ${arms.length === 0 ? "nothing" : arms.join(", ")}`,
    );
  });
  const lines = text.split("\n").filter((line) => line !== "");
  const accepted = lines.flatMap((line) => {
    const { task, source, lessons, state } = analysesLineSchema.parse(JSON.parse(line));
    return state === "accepted" && source !== undefined ? [{ instance: task, source, lessons }] : [];
  });
  const out = resolve(context.cwd, options.out);
  const written = await writeReleasedRecords(out, accepted);
  for (const note of written.notes) context.err(`note: ${note}\n`);
  for (const file of written.files) context.out(`${file}\n`);
  return exitCodes.ok;
}

async function selectedSeed(dir: string, arm: string): Promise<number> {
  for await (const row of readLedger(join(dir, "ledger.jsonl")))
    if (row.type === "evolution" && row.arm === arm && row.selected) return row.seed;
  throw new UsageError(`${dir} has no learned arm ${arm}; run its config first, or name an evolution seed with --seed`);
}
