import { once } from "node:events";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Benchmark } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export interface GradeCommandOptions {
  readonly root: string;
  readonly goldRoot?: string;
  readonly candidateRoot?: string;
  readonly scorer?: string;
  readonly workers?: number;
}

async function folder(context: CliContext, flag: string, path: string): Promise<string> {
  const absolute = resolve(context.cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new UsageError(`${flag} ${path} is not a folder; give the folder that the cases' file names are relative to`);
  return absolute;
}

const maxLineChars = 16 * 1024 * 1024;

/** Lines of a stream, read only as fast as they are taken. A line above 16 MiB is a UsageError: it is no case, and would fill the memory. */
async function* boundedLines(input: NodeJS.ReadableStream): AsyncIterable<string> {
  input.setEncoding("utf8");
  let rest = "";
  for await (const chunk of input) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    if (rest.length > maxLineChars) throw new UsageError("a line of the input is longer than 16 MiB; expected one JSON object a line");
  }
  if (rest !== "") yield rest;
}

/** `t2s grade BENCHMARK`: grades cases from standard input as they come. Verdicts are data, so the exit code is 0 whatever they are. */
export async function gradeCommand(id: string, options: GradeCommandOptions, context: CliContext): Promise<number> {
  const benchmark: Benchmark | undefined = Object.values(benchmarks).find((one) => one.id === id);
  if (benchmark?.grade === undefined)
    throw new UsageError(
      `t2s grade knows no benchmark "${id}"; choose one of ${Object.values(benchmarks)
        .map((one) => one.id)
        .join(", ")}`,
    );
  const scorer = options.scorer ?? benchmark.defaultScorer;
  if (benchmark.scorers[scorer] === undefined)
    throw new UsageError(`benchmark ${id} has no scorer "${scorer}"; choose one of ${Object.keys(benchmark.scorers).join(", ")}`);
  const root = await folder(context, "--root", options.root);
  const goldRoot = options.goldRoot === undefined ? undefined : await folder(context, "--gold-root", options.goldRoot);
  const candidateRoot = options.candidateRoot === undefined ? undefined : await folder(context, "--candidate-root", options.candidateRoot);
  const results = benchmark.grade(boundedLines(process.stdin), { root, goldRoot, candidateRoot, scorer, concurrency: options.workers });
  for await (const line of results) if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
  return exitCodes.ok;
}
