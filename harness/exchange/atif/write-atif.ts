import { join } from "node:path";
import { openStage } from "../../bundle/stage-files.ts";
import { StoreError } from "../../core/errors.ts";
import { trajectorySchema } from "../../core/record.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { readLedgerBatches } from "../../store/ledger.ts";
import type { Store } from "../../store/store.ts";
import { atifSchema } from "./atif-schema.ts";
import { toAtif } from "./to-atif.ts";

export interface AtifExport {
  readonly documents: number;
  readonly pictures: number;
  /** Rows without a trajectory, and trajectories the store no longer has, as sentences. */
  readonly without: number;
  readonly missing: readonly string[];
}

/** Writes one ATIF document an episode and analysis into an empty folder, with the pictures they show, and `index.jsonl` that says which is which. One at a time: memory does not grow. */
export async function writeAtif(
  folder: string,
  { experiment, experimentDir, store, version }: { experiment: string; experimentDir: string; store: Store; version: string },
): Promise<AtifExport> {
  const stage = openStage(folder);
  const index = await stage.stream("index.jsonl");
  const done = new Set<string>();
  const missing: string[] = [];
  let [documents, pictures, without] = [0, 0, 0];
  for await (const batch of readLedgerBatches(join(experimentDir, "ledger.jsonl")))
    for (const row of batch) {
      if (row.type !== "episode" && row.type !== "analysis") continue;
      const kind = row.type === "episode" ? "episodes" : "analyses";
      const file = row.trajectory == null ? null : `${kind}/${row.key.slice(0, 2)}/${row.key}.json`;
      if (row.trajectory == null || file === null) without += 1;
      else if (!done.has(file)) {
        try {
          const trajectory = trajectorySchema.parse(await readJsonBlob(store.blobs, row.trajectory));
          for (const hash of new Set(trajectory.steps.flatMap(({ images }) => images ?? []))) {
            if (done.has(hash)) continue;
            await stage.add(`pictures/${hash}.png`, await store.blobs.get(hash));
            done.add(hash);
            pictures += 1;
          }
          const document = toAtif(row, trajectory, { experiment, version, imagePath: (hash) => `../../pictures/${hash}.png` });
          await stage.add(file, `${JSON.stringify(atifSchema.parse(document), null, 1)}\n`);
          done.add(file);
          documents += 1;
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          missing.push(`${row.type} ${row.key}: ${error.message}`);
        }
      }
      const where =
        row.type === "episode"
          ? { solver: row.solver, benchmark: row.benchmark, split: row.split, rep: row.rep }
          : { author: row.author, seed: row.seed };
      const { type, key, arm, task, state } = row;
      await index.write(
        `${JSON.stringify({ file: file !== null && done.has(file) ? file : null, type, key, arm, ...where, task, state })}\n`,
      );
    }
  await index.close();
  return { documents, pictures, without, missing };
}
