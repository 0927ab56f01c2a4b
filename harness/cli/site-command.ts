import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import { readGrids } from "../attribution/failures/read-grids.ts";
import { UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { buildReport } from "../report/build-report.ts";
import { oneLine } from "../report/plain-text.ts";
import { writeReport } from "../report/write-report.ts";
import type { ExperimentInput, TrajectoryChoice } from "../site/site-input.ts";
import { trajectoryWarnings } from "../site/site-warnings.ts";
import type { SiteSummary } from "../site/write-site.ts";
import { openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { evolutionsOf, readStored } from "./stored-experiment.ts";

export interface SiteOptions {
  readonly html?: boolean;
  readonly out?: string;
  readonly bundle?: string;
  readonly scorer?: string;
  readonly trajectories?: string;
  readonly trajectoriesLimit?: string;
}

/** Writes the web report and says where it is and what is not in it. */
export async function siteCommand(results: string, names: readonly string[], options: SiteOptions, context: CliContext): Promise<void> {
  const [only, ...more] = names;
  const named = options.bundle ?? options.out;
  if (options.bundle !== undefined && options.out !== undefined)
    throw new UsageError("--bundle and --out both name the folder of the web report; give one of them");
  if (named === undefined && more.length > 0)
    throw new UsageError("a web report of several experiments needs a folder of its own; name one with --out");
  if (options.scorer !== undefined) throw new UsageError("a web report shows every stored scorer; leave --scorer out");
  const dir = named === undefined ? join(results, only ?? "", "report") : resolve(context.cwd, named);
  const site = await buildSite(results, names, dir, readChoice(options), context);
  if (options.bundle !== undefined) await writeFile(join(dir, ".nojekyll"), ""); // hosts that run Jekyll would leave files out
  context.out(`${oneLine(site.index)}\n`);
  tellLeftOut(names, site, context);
}

/** Says on standard error which trajectories a report is without. */
export function tellLeftOut(names: readonly string[], site: SiteSummary, context: CliContext): void {
  for (const [at, account] of site.trajectories.entries())
    for (const text of trajectoryWarnings(account)) context.err(`${oneLine(names[at] ?? "")}: ${text}\n`);
}

/** Reads the experiments and writes their web report into `dir`; the tables of one experiment's own report folder are written with it. */
export async function buildSite(
  results: string,
  names: readonly string[],
  dir: string,
  trajectories: TrajectoryChoice,
  context: CliContext,
): Promise<SiteSummary> {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice; a report shows every experiment once`);
  const experiments: ExperimentInput[] = [];
  for (const name of names) {
    const stored = await readStored(results, name);
    const { dir: folder, design, lock, measured } = stored;
    const learned = evolutionsOf(stored);
    const episodes = [...stored.learned.flatMap((row) => (row.type === "episode" ? [row] : [])), ...measured];
    const report = buildReport(name, design, measured, learned, { protocol: lock.protocol });
    const { tables } = buildReport(name, design, measured, learned, { scorer: "all" });
    experiments.push({ ...report, name, title: design.title, dir: folder, rows: episodes, tables });
    if (resolve(dir) === resolve(folder, "report")) await writeReport(dir, report);
  }
  // Plots and the compiler are heavy to load, and no other command needs them.
  const { writeSite } = await import("../site/write-site.ts");
  const store = openStore(results);
  const gridsOf = (row: LedgerEpisode) => readGrids(store, row, benchmarks);
  return writeSite({ version: context.version, experiments, store, gridsOf }, dir, trajectories);
}

/** Reads `--trajectories` and `--trajectories-limit`. */
export function readChoice(options: SiteOptions): TrajectoryChoice {
  const which = options.trajectories ?? "all";
  if (which !== "all" && which !== "failed" && which !== "none")
    throw new UsageError(`--trajectories is all, failed or none, not "${oneLine(which)}"`);
  const limit = Number(options.trajectoriesLimit ?? 200);
  if (!Number.isFinite(limit) || limit < 0)
    throw new UsageError(`--trajectories-limit is a number of megabytes from 0 on, not "${oneLine(options.trajectoriesLimit ?? "")}"`);
  return { which, limitBytes: limit * 1e6 };
}
