import { UsageError } from "../../core/errors.ts";
import { chooseSplit } from "./choose-split.ts";
import { findReleaseFiles, type ReleaseFile, type ReleaseFiles } from "./find-files.ts";
import type { ImportReport } from "./import-report.ts";
import { instancesOf } from "./match-outputs.ts";
import { mergeImport } from "./merge-import.ts";
import { readRun, readVerdicts } from "./read-verdicts.ts";
import type { ImportOptions } from "./seed-input.ts";
import { takeSeed } from "./take-seed.ts";

/**
 * Takes the outputs of the public release in as an arm of an imported experiment: every workbook is graded with our scorers, logs become trajectories, and its stored verdicts are held
 * against ours. One report a seed. Doing it again with the same files changes nothing; with other files it replaces that arm and seed.
 */
export async function importRelease(options: ImportOptions): Promise<ImportReport[]> {
  const { benchmark, store } = options;
  const files = await findReleaseFiles([options.dir, ...(options.logs === undefined ? [] : [options.logs])]);
  const seeds = seedsOf(files);
  const source = { dataDir: options.dataDir, blobs: store.blobs };
  const problems: string[] = [...files.passedOver];
  const runs = await readAll(files.results, readRun, problems);
  const verdicts = await readAll(files.verdicts, readVerdicts, problems);
  const instances = instancesOf(
    files,
    [...runs.values(), ...verdicts.values()].flatMap((one) => [...one.instances]),
  );
  if (instances.size === 0)
    throw new UsageError(
      `${options.dir} holds no output of the public release; expected workbooks called …_output.xlsx in folders of their instances, with eval_official_results.json or chat logs beside them`,
    );
  const split = await chooseSplit(benchmark, source, options.split, instances);
  const reports: ImportReport[] = [];
  for (const folderSeed of seeds) {
    const run = runs.get(folderSeed);
    const seed = folderSeed ?? options.seed ?? run?.seed ?? 0;
    const model = options.model ?? plainName(run?.model);
    const taken = await takeSeed({
      options,
      files,
      split,
      folderSeed,
      rep: { seed, attempt: 0, replica: 0 },
      model,
      run,
      verdicts: verdicts.get(folderSeed),
    });
    reports.push(await mergeImport({ options, split, seed, model, ...taken, problems: [...problems, ...taken.problems] }));
  }
  return reports;
}

/** Models are called as servers call them ("Qwen/Qwen3"); names of ours are plain. */
function plainName(text: string | undefined): string {
  const plain = (text ?? "").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return plain === "" ? "unknown-model" : plain.slice(0, 80);
}

function seedsOf(files: ReleaseFiles): (number | undefined)[] {
  const seeds = new Set([...files.outputs, ...files.logs].map(({ seed }) => seed));
  // Outputs beside seed folders would belong to no run: a folder is either one run or one of several.
  const numbered = [...seeds].filter((seed): seed is number => seed !== undefined).sort((a, b) => a - b);
  return seeds.size === 0 ? [undefined] : seeds.has(undefined) ? [undefined, ...numbered] : numbered;
}

async function readAll<T extends object>(
  files: readonly ReleaseFile[],
  read: (file: ReleaseFile) => Promise<T | { readonly problem: string }>,
  problems: string[],
): Promise<Map<number | undefined, T>> {
  const found = new Map<number | undefined, T>();
  for (const file of files) {
    const one = await read(file);
    if ("problem" in one) problems.push(one.problem);
    else if (found.has(file.seed)) problems.push(`${file.path} was passed over: another file of its kind was read before it`);
    else found.set(file.seed, one);
  }
  return found;
}
