import { type Command, InvalidArgumentError } from "commander";
import { benchmarks } from "../../benchmarks/index.ts";
import { UsageError } from "../core/errors.ts";
import { fetchDataset } from "../data/fetch-dataset.ts";
import { type ImportResult, importDataset } from "../data/import-dataset.ts";
import { type DataManifest, dataManifestSchema } from "../data/manifest.ts";
import type { DataProgress } from "../data/progress.ts";
import { verifyDataset } from "../data/verify-dataset.ts";
import { type CliContext, dataDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { sampleCommand } from "./sample-data.ts";

function manifestOf(id: string): DataManifest {
  const benchmark = Object.values(benchmarks).find((one) => one.id === id);
  if (benchmark === undefined)
    throw new UsageError(`benchmark "${id}" does not exist; choose one of ${Object.keys(benchmarks).join(", ")}`);
  return dataManifestSchema.parse(benchmark.datasets);
}

/** Progress on standard error: redrawn on a terminal, elsewhere only what deserves a line. */
function progressTo(context: CliContext): (progress: DataProgress) => void {
  let drawnAt = 0;
  return ({ phase, subject, bytes, totalBytes, note }) => {
    if (note !== undefined) context.err(`${context.terminal.isTerminal ? "\r\u001b[2K" : ""}${note}\n`);
    else if (context.terminal.isTerminal && performance.now() - drawnAt > 100) {
      drawnAt = performance.now();
      const share = totalBytes === undefined ? "" : ` of ${(totalBytes / 1e6).toFixed(1)}`;
      context.err(`\r\u001b[2K${phase} ${subject.slice(-60)}: ${(bytes / 1e6).toFixed(1)}${share} MB`);
    }
  };
}

function tell(results: readonly ImportResult[], context: CliContext): void {
  if (context.terminal.isTerminal) context.err("\r\u001b[2K");
  for (const one of results) {
    for (const warning of one.warnings) context.err(`warning: ${warning}\n`);
    context.out(
      `${one.set}: ${one.files} files, ${(one.bytes / 1e6).toFixed(1)} MB in ${one.folder}; ${one.published === undefined ? "not a published state" : `equal to the published data (${one.published})`}${one.already ? "; was there already" : ""}\n`,
    );
  }
}

/** Ctrl-C ends a download or import cleanly; a download goes on from there next time. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new UsageError("interrupted; run the same command again to go on"));
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
}

/** `t2s data fetch|import|verify|sample`, as subcommands that treat mistakes as the program does. */
export function dataCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
  const data = t2s.command("data").description("get and check the benchmarks' data sets");
  data
    .command("fetch <benchmark>")
    .description("download the published data, check it and put it in place")
    .option("--set <name>", "only this set")
    .action(async (id: string, options: { set?: string }) => {
      const onProgress = progressTo(context);
      tell(
        await interruptible((signal) => fetchDataset(manifestOf(id), dataDir(context, id), { set: options.set, onProgress, signal })),
        context,
      );
    });
  data
    .command("import <benchmark> <from>")
    .description("take the data from a local archive (.tar, .tar.gz), folder or file")
    .option("--set <name>", "which set it is, where the files do not tell")
    .action(async (id: string, from: string, options: { set?: string }) => {
      const onProgress = progressTo(context);
      tell(
        await interruptible((signal) =>
          importDataset(manifestOf(id), dataDir(context, id), from, { set: options.set, onProgress, signal }),
        ),
        context,
      );
    });
  data
    .command("verify <benchmark>")
    .description("check the files on disk against what was imported and what was published")
    .option("--set <name>", "only this set")
    .action(async (id: string, options: { set?: string }) => {
      const onProgress = progressTo(context);
      const results = await interruptible((signal) =>
        verifyDataset(manifestOf(id), dataDir(context, id), { set: options.set, onProgress, signal }),
      );
      if (context.terminal.isTerminal) context.err("\r\u001b[2K");
      for (const one of results) {
        const published = one.published === undefined ? "" : `, equal to the published data (${one.published})`;
        context.out(
          `${one.set}: ${one.state}${one.state === "absent" ? ` (expected in ${one.folder})` : `, ${one.files} files, ${(one.bytes / 1e6).toFixed(1)} MB${published}`}\n`,
        );
        for (const [what, paths] of [
          ["missing", one.missing],
          ["changed", one.changed],
          ["extra", one.extra],
        ] as const) {
          for (const path of paths.slice(0, 20)) context.out(`  ${what} ${path}\n`);
          if (paths.length > 20) context.out(`  … ${paths.length - 20} more ${what}\n`);
        }
      }
      if (results.some((one) => one.state === "damaged") || (options.set !== undefined && results.some((one) => one.state === "absent")))
        done(exitCodes.incomplete);
    });
  data
    .command("sample <benchmark>")
    .description("generate synthetic tasks for the sample splits; runs do it by themselves where there are none")
    .option("--seed <n>", "another seed makes other tasks", wholeNumber)
    .option("--count <n>", "how many problems", wholeNumber)
    .option("--out <dir>", "another folder than the benchmark's data folder")
    .action(async (id: string, options: { seed?: number; count?: number; out?: string }) => sampleCommand(id, options, context));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number.");
  return Number(text);
}
