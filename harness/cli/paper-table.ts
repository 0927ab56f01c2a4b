import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../core/errors.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import { loadPaperTable } from "../experiment/config/load-paper-table.ts";
import { designPaperTable } from "../report/paper/design-paper-table.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import { readPublishedNumbers, readPublishedProtocol } from "../report/paper/published-numbers.ts";

/** The published table an experiment stands beside; undefined when it names none. Throws UsageError where the two do not fit together. */
export async function paperTableOf(spec: ExperimentSpec, projectRoot: string): Promise<PaperDesign | undefined> {
  if (spec.paper === undefined) return undefined;
  const table = await loadPaperTable(spec.paper.table);
  const published = await publishedFile(projectRoot);
  const beside = { arms: spec.arms.map((arm) => arm.name), solvers: spec.solvers, benchmarks: spec.benchmarks };
  return designPaperTable(table, readPublishedNumbers(published, table.published), spec.paper, beside, readPublishedProtocol(published));
}

/** The file of published numbers, parsed. StoreError when it cannot be read. */
async function publishedFile(projectRoot: string): Promise<unknown> {
  const file = join(projectRoot, "results/reference/paper-tables.json");
  return await readFile(file, "utf8").then(
    (text): unknown => JSON.parse(text),
    (cause) => {
      throw new StoreError(`${file} with the published numbers cannot be read; restore it from the repository`, { cause });
    },
  );
}
