import { readdir, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type EvolutionSettings, evolutionPresets, evolutionSettingsSchema } from "../core/evolution-presets.ts";
import { signalsSchema } from "../core/evolution-spec.ts";
import { type LogFormat, logFormats } from "../exchange/logs/log-run.ts";
import { type CliContext, resultsDir } from "./context.ts";

export interface EvolveOptions {
  readonly trajectories: string;
  readonly start: string;
  readonly author: string;
  readonly outcomes?: string;
  readonly out?: string;
  readonly seed: number;
  readonly signals: string;
  readonly batchSize?: number;
  readonly minSupport?: number;
  readonly unknown: string;
  readonly format?: string;
  readonly passAt: number;
  readonly logChars?: number;
  readonly maxCost?: number;
  readonly maxCalls?: number;
  readonly dryRun?: boolean;
  readonly retryErrors?: boolean;
  readonly results?: string;
  readonly modelDir?: string;
  readonly json?: boolean;
}

/** What `t2s evolve` was asked for, with paths resolved and nothing left open. */
export interface EvolvePlan {
  readonly trajectories: string;
  readonly start: string;
  readonly out: string;
  readonly results: string;
  readonly settings: EvolutionSettings;
  readonly unknown: "skip" | "error" | "success";
  readonly format: LogFormat | undefined;
}

const unknowns = ["skip", "error", "success"] as const;

/** Settles paths and settings. Throws UsageError for options that mean nothing, and for an `--out` that would destroy what somebody else put there. */
export async function planEvolve(options: EvolveOptions, context: CliContext): Promise<EvolvePlan> {
  const signals = signalsSchema.safeParse(options.signals);
  if (!signals.success) throw new UsageError(`--signals ${options.signals} is not known; choose error, success or combined`);
  const unknown = unknowns.find((one) => one === options.unknown);
  if (unknown === undefined) throw new UsageError(`--unknown ${options.unknown} is not known; choose one of ${unknowns.join(", ")}`);
  const format = logFormats.find((one) => one === options.format);
  if (options.format !== undefined && format === undefined)
    throw new UsageError(
      `t2s evolve reads no format "${options.format}"; choose one of ${logFormats.join(", ")}, or leave it to the content`,
    );
  if (options.batchSize === 1) throw new UsageError("--batch-size 1 joins nothing; give a number from 2 on");
  const results = resultsDir(context, options.results);
  const trajectories = resolve(context.cwd, options.trajectories);
  const start = await startFolder(options.start, context);
  const name = `${options.author}-from-${basename(start)}-s${options.seed}`;
  const out =
    options.out === undefined ? join(results, "own-trajectories", basename(trajectories), name) : resolve(context.cwd, options.out);
  await refuseOut(out, { trajectories, start });
  const preset = evolutionPresets["as-paper"];
  const settings = evolutionSettingsSchema.parse({
    ...preset,
    preset: "as-paper",
    // There is none: logs are brought along.
    benchmark: "none",
    split: "none",
    author: options.author,
    start: { skill: options.start },
    signals: signals.data,
    analysts: { ...preset.analysts, error: "single-call" },
    merge: { ...preset.merge, ...(options.batchSize === undefined ? {} : { batch_size: options.batchSize }) },
    prevalence: { ...preset.prevalence, ...(options.minSupport === undefined ? {} : { min_support: options.minSupport }) },
    select: { ...preset.select, by: "first" },
  });
  return { trajectories, start, out, results, settings, unknown, format };
}

/** Relative to the current folder, else, as in configs, to the project. */
async function startFolder(given: string, context: CliContext): Promise<string> {
  const here = resolve(context.cwd, given);
  const inProject = resolve(context.projectRoot, given);
  return (await isThere(here)) || !(await isThere(inProject)) ? here : inProject;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether a path is a folder or lies below it. */
function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function refuseOut(out: string, { trajectories, start }: { readonly trajectories: string; readonly start: string }): Promise<void> {
  if (isIn(out, trajectories))
    throw new UsageError(`--out ${out} lies in the folder of logs, where it would be read as logs; choose another folder`);
  if (isIn(trajectories, out)) throw new UsageError(`--out ${out} holds the logs and would replace them; choose another folder`);
  if (isIn(start, out)) throw new UsageError(`--out ${out} holds the start skill and would replace it; choose another folder`);
  const names = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new UsageError(`--out ${out} is a file; choose a folder`);
    throw error;
  });
  if (names.length > 0 && !names.includes("origin.json"))
    throw new UsageError(`--out ${out} holds something that t2s evolve did not write, and is not written over; choose another folder`);
}
