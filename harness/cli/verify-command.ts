import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Rescoring } from "../bundle/check-scores.ts";
import { openBundle } from "../bundle/pack-bundle.ts";
import { type Verification, verifyBundle } from "../bundle/verify-bundle.ts";
import { oneLine } from "../report/plain-text.ts";
import { openBlobs } from "../store/blobs.ts";
import { type CliContext, dataDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export interface VerifyCommandOptions {
  readonly digest?: string;
  readonly rescore?: boolean;
  readonly json?: boolean;
}

/** `t2s verify BUNDLE`: checks a bundle on this machine. Exit code 1 when anything differs, 0 when nothing does. */
export async function verifyCommand(bundle: string, options: VerifyCommandOptions, context: CliContext): Promise<number> {
  await using opened = await openBundle(resolve(context.cwd, bundle));
  const found = await withScratch(options.rescore === true, context, (rescoring) =>
    verifyBundle(opened.folder, { digest: options.digest, ...(rescoring === undefined ? {} : { rescoring }) }),
  );
  if (options.json === true) context.out(`${JSON.stringify({ v: 1, published: options.digest !== undefined, ...found })}\n`);
  else for (const line of describe(found, options)) context.out(`${oneLine(line)}\n`);
  return found.findings.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}

async function withScratch(
  wanted: boolean,
  context: CliContext,
  work: (rescoring: Rescoring | undefined) => Promise<Verification>,
): Promise<Verification> {
  if (!wanted) return await work(undefined);
  const home = await mkdtemp(join(tmpdir(), "t2s-verify-"));
  try {
    return await work({ benchmarks, dataDir: (id) => dataDir(context, id), scratch: openBlobs(home) });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function* describe(found: Verification, options: VerifyCommandOptions): Generator<string> {
  const { record, checks, findings, root } = found;
  if (record !== undefined) {
    const { version, commit, node } = record.made;
    yield `${record.experiment}, bundled by t2s ${version}${commit === undefined ? "" : ` (${commit})`} on Node ${node}: ${record.rows} ledger rows, ${record.units} units, ${record.blobs} blobs, ${record.trajectories ? "with" : "without"} trajectories`;
    for (const one of record.missing) yield `missing since it was bundled: ${one}`;
  }
  yield `root digest ${root}`;
  for (const { check, looked, findings: own, notes } of checks) {
    yield `${(own.length === 0 ? "ok" : "DIFFERS").padEnd(8)}${check.padEnd(8)}${looked}`;
    for (const { text } of own) yield `        - ${text}`;
    for (const note of notes) yield `        note: ${note}`;
  }
  if (options.rescore !== true) yield "scores were not made again; --rescore does so where the benchmark's data is on this machine";
  if (findings.length > 0) yield `${findings.length} things differ: this bundle is not what was measured.`;
  else if (options.digest !== undefined)
    yield "Nothing differs, and the root digest is the published one: this is the bundle that was published.";
  else yield "Nothing differs within the bundle.";
  if (options.digest === undefined)
    yield "NOT COMPARED WITH A PUBLISHED DIGEST: somebody who changes a file and the manifest, and everything that rests on it, is only caught by the root digest that was published; get it from the publication and give it with --digest.";
}
