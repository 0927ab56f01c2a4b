import { lstat, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isArchiveName, packFolder } from "../bundle/pack-bundle.ts";
import { type BundleSummary, writeBundle } from "../bundle/write-bundle.ts";
import { UsageError } from "../core/errors.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { oneLine } from "../report/plain-text.ts";
import { makeFolder } from "../skill/make-folder.ts";
import { swapFolder } from "../skill/swap-folder.ts";
import { openStore } from "../store/store.ts";
import { type CliContext, commitOf } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export interface BundleCommandOptions {
  readonly results: string;
  readonly out?: string;
  readonly trajectories?: boolean;
  readonly keepHosts?: boolean;
}

/** `t2s bundle EXPERIMENT`: everything its numbers rest on as one file or folder, and the root digest to publish. Never writes over what is there. */
export async function bundleCommand(experiment: string, options: BundleCommandOptions, context: CliContext): Promise<number> {
  const experimentDir = await requireExperiment(options.results, experiment);
  const out = resolve(context.cwd, options.out ?? `${experiment}-bundle.tar.gz`);
  if ((await lstat(out).catch(() => undefined)) !== undefined)
    throw new UsageError(`${out} is there already and is not written over; remove it, or choose another place with --out`);
  const made = { version: context.version, commit: commitOf(context.projectRoot), node: process.version };
  const { trajectories = false, keepHosts: hosts = false } = options;
  const fill = (folder: string): Promise<BundleSummary> =>
    writeBundle(folder, { experiment, experimentDir, store: openStore(options.results), made, trajectories, hosts });
  const summary = isArchiveName(out) ? await writeArchive(out, fill) : await writeFolder(out, fill);
  const { record } = summary;
  context.out(
    `${oneLine(out)}: ${summary.files.toLocaleString("en")} files, ${(summary.bytes / 1e6).toFixed(1)} MB; ${record.rows.toLocaleString("en")} ledger rows, ${record.units.toLocaleString("en")} units, ${record.blobs.toLocaleString("en")} blobs, ${trajectories ? "with" : "without"} trajectories\n`,
  );
  for (const note of summary.notes) context.err(`note: ${oneLine(note)}\n`);
  context.out(`root digest (publish it beside the numbers): ${summary.root}\n`);
  context.out(`anybody checks it with: t2s verify ${oneLine(basename(out))} --digest ${summary.root}\n`);
  if (record.missing.length === 0) return exitCodes.ok;
  for (const one of record.missing.slice(0, 20)) context.err(`missing: ${oneLine(one)}\n`);
  context.err(
    `the bundle is not whole: ${record.missing.length} things that the ledger rests on are not in the store; run \`t2s store reindex\` and the experiment's config again, then bundle anew\n`,
  );
  return exitCodes.incomplete;
}

async function writeFolder(out: string, fill: (folder: string) => Promise<BundleSummary>): Promise<BundleSummary> {
  let summary: BundleSummary | undefined;
  await swapFolder(out, async (fresh) => {
    summary = await fill(fresh);
  });
  if (summary === undefined) throw new TypeError("the bundle was not written");
  return summary;
}

/** The folder is filled beside its target, where there is room for it, unless that cannot be written. */
async function writeArchive(out: string, fill: (folder: string) => Promise<BundleSummary>): Promise<BundleSummary> {
  await makeFolder(dirname(out));
  const home = await mkdtemp(join(dirname(out), ".t2s-bundle-")).catch(() => mkdtemp(join(tmpdir(), "t2s-bundle-")));
  try {
    const summary = await fill(home);
    await packFolder(home, basename(out).replace(/\.(?:tar\.gz|tgz)$/, ""), out);
    return summary;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
