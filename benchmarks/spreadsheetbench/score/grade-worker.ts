/** Entry of the worker process (worker-process.ts starts it): reads cases from the parent, answers with verdicts, ends with the parent. */
import { messageOf } from "../../../harness/core/errors.ts";
import { failed } from "./compare-workbooks.ts";
import { type CaseFiles, cachedReader, gradeCase } from "./grade-case.ts";
import type { FromWorker, ToWorker } from "./worker-process.ts";

/** Cells kept in memory between cases; at some 60 bytes each well below the smallest heap a grader may have. */
const CACHED_CELLS = 1_000_000;
const read = cachedReader(CACHED_CELLS);
const tell = (message: FromWorker): void => {
  process.send?.(message);
};

function judge(job: number, files: CaseFiles): void {
  let verdict = failed("");
  try {
    verdict = gradeCase(files, read, files.scorer === "strict" ? () => tell({ kind: "gold-read", job }) : undefined);
  } catch (error) {
    tell({ kind: "crashed", job, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined });
    return;
  }
  // Messages quote names from the file, which may be as long as the file likes.
  verdict = { ...verdict, message: verdict.message.slice(0, 1000) };
  const { user, system } = process.cpuUsage();
  tell({ kind: "verdict", job, ...verdict, cpuSeconds: (user + system) / 1e6 });
}

process.on("message", ({ job, files }: ToWorker) => judge(job, files));
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
