import type { AnswerGrid, Benchmark } from "../../core/contract.ts";
import { type LedgerEpisode, submissionSchema } from "../../core/record.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { Store } from "../../store/store.ts";
import { taskOf } from "./read-failures.ts";

/** Where the file of a failed episode differs from the reference; none when it passed, or when the store does not have what is needed. */
export async function readGrids(
  store: Pick<Store, "blobs" | "units">,
  row: LedgerEpisode,
  benchmarks: Readonly<Record<string, Benchmark>>,
): Promise<readonly AnswerGrid[]> {
  const grids = benchmarks[row.benchmark]?.failures?.grids;
  const failed = row.outcomes.find(({ outcome }) => outcome.state === "graded" && !outcome.score.passed);
  if (grids === undefined || failed === undefined || row.submission === undefined) return [];
  try {
    const { task, sealed } = await taskOf(store, failed.key);
    return await grids(task, sealed, submissionSchema.parse(await readJsonBlob(store.blobs, row.submission)), store.blobs);
  } catch {
    return []; // grids are an extra; a store without what they are made from still makes a report
  }
}
