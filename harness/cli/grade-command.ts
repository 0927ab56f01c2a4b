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

/**
 * Lines of a stream, read only as fast as they are taken; bytes that are no UTF-8 are replaced. Of a line above 16 MiB only the first kilobyte is kept, which is no
 * JSON any more: it fills no memory and gets a result like any other line that is no case.
 */
export async function* boundedLines(input: NodeJS.ReadableStream): AsyncIterable<string> {
  input.setEncoding("utf8");
  let rest = "";
  let tooLong = false;
  for await (const chunk of input) {
    const [first = "", ...others] = String(chunk).split("\n");
    const pieces = [rest + first, ...others];
    rest = pieces.pop() ?? "";
    for (const [i, line] of pieces.entries()) {
      yield i === 0 && tooLong ? cut(line) : line.endsWith("\r") ? line.slice(0, -1) : line;
      if (i === 0) tooLong = false;
    }
    if (rest.length > maxLineChars || (tooLong && rest.length > keptChars)) {
      tooLong = true;
      rest = cut(rest);
    }
  }
  if (rest !== "") yield tooLong ? cut(rest) : rest;
}

const keptChars = 1024;
const cut = (line: string): string => (line.length <= keptChars ? line : `${line.slice(0, keptChars - 1)}\u0000`);

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
