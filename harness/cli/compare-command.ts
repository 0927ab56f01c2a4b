import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type Comparison, compareResults } from "../exchange/results/compare-results.ts";
import { readResultFile } from "../exchange/results/read-result-file.ts";
import type { ResultFile, TakeOptions } from "../exchange/results/result-file.ts";
import { takeLedger } from "../exchange/results/take-ledger.ts";
import { experimentNames } from "../experiment/experiment-names.ts";
import { renderCsv } from "../report/render-csv.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { renderGrids } from "../report/render-terminal.ts";
import type { CliContext } from "./context.ts";
import { readStored } from "./stored-experiment.ts";

export interface CompareOptions extends TakeOptions {
  readonly margin?: string;
  readonly format: string;
  readonly results: string;
}

const formats: readonly string[] = ["terminal", "markdown", "csv", "json"];

/** Compares two files of results, or arms of experiments, task by task, and prints the comparison. Runs nothing and writes nothing. */
export async function compareCommand(first: string, second: string, options: CompareOptions, context: CliContext): Promise<void> {
  if (!formats.includes(options.format))
    throw new UsageError(`t2s compare has no format "${options.format}"; choose one of ${formats.join(", ")}`);
  const margin = options.margin === undefined ? undefined : marginOf(options.margin);
  const a = await open(first, optionsOf(options, 0), context);
  const b = await open(second, optionsOf(options, 1), context);
  const comparison = compareResults(a, b, { cluster: options.cluster, margin });
  context.out(render(comparison, [a, b], options.format, context));
}

/** Where the two files name a thing differently: `first,second`. */
function optionsOf(options: CompareOptions, index: 0 | 1): CompareOptions {
  const pick = (text: string | undefined): string | undefined => {
    const parts = text?.split(",") ?? [];
    return parts.length === 2 ? parts[index]?.trim() : text;
  };
  return { ...options, task: pick(options.task), score: pick(options.score), seed: pick(options.seed) };
}

function render(comparison: Comparison, files: readonly [ResultFile, ResultFile], format: string, { terminal }: CliContext): string {
  switch (format) {
    case "markdown":
      return renderGridsMarkdown(comparison);
    case "csv":
      return renderCsv([comparison.table]);
    case "json": {
      const { table, matched } = comparison;
      const inputs = files.map(({ name, format: kind, took, rows }) => ({ name, format: kind, took, rows: rows.length }));
      const { tasks, clusters, onlyA, onlyB, scale } = matched;
      return `${JSON.stringify({ format: "t2s-compare", v: 1, inputs, matched: { tasks, clusters, onlyFirst: onlyA, onlySecond: onlyB, scale }, table }, null, 1)}\n`;
    }
    default:
      return renderGrids(comparison, { width: terminal.columns, color: terminal.color });
  }
}

/** A file, an experiment's folder or name, and behind colons what to take of an experiment. */
async function open(named: string, options: CompareOptions, context: CliContext): Promise<ResultFile> {
  const path = resolve(context.cwd, named);
  const kind = await kindOf(path);
  if (kind === "file" && basename(path) !== "ledger.jsonl") return readResultFile(path, named, options);
  if (kind === "file") return ofExperiment(dirname(dirname(path)), basename(dirname(path)), named, [], options);
  const [place = "", ...choice] = named.split(":");
  const folder = resolve(context.cwd, place);
  if (/[/\\]/.test(place) && (await kindOf(folder)) === "folder")
    return ofExperiment(dirname(folder), basename(folder), named, choice, options);
  const known = await experimentNames(options.results);
  if (known.includes(place)) return ofExperiment(options.results, place, named, choice, options);
  throw new UsageError(
    `${named} is neither a file nor an experiment in ${options.results}; ${known.length === 0 ? "give a file of results" : `give a file of results, or one of ${known.join(", ")}`}`,
  );
}

async function ofExperiment(
  results: string,
  name: string,
  named: string,
  choice: readonly string[],
  options: CompareOptions,
): Promise<ResultFile> {
  const [arm, solver, benchmark] = choice;
  return takeLedger(named, await readStored(results, name), { arm, solver, benchmark }, options);
}

async function kindOf(path: string): Promise<"file" | "folder" | "none"> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ENAMETOOLONG") return undefined;
    throw error;
  });
  return found === undefined ? "none" : found.isDirectory() ? "folder" : "file";
}

function marginOf(text: string): number {
  const points = /^(\d{1,2}(?:\.\d+)?) ?pp$/.exec(text)?.[1];
  const margin = Number(points) / 100;
  if (!(margin > 0)) throw new UsageError(`--margin "${text}" is no margin; expected percentage points above 0 such as 2pp`);
  return margin;
}
