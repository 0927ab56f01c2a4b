import { access, mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Sandbox } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { remoteStore } from "../dispatch/blob-client.ts";
import { redisName } from "../dispatch/connection.ts";
import { folderMailbox, type Mailbox } from "../dispatch/mailbox.ts";
import { redisWorker } from "../dispatch/redis-worker.ts";
import type { Manifest, RunRecord } from "../dispatch/run-record.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { openStore } from "../store/store.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { defaultQueue, storeToken } from "./open-executor.ts";
import { hiddenPaths, openParts, unitKinds } from "./open-parts.ts";
import { ownManifest } from "./own-manifest.ts";
import { unitCommandLine } from "./unit-command-line.ts";

interface WorkerCommandOptions {
  readonly queue?: string;
  readonly slots?: number;
  readonly processes?: number;
  readonly lockSeconds?: number;
  /** Folder for copies from served stores. */
  readonly cache?: string;
  readonly modelDir?: string;
  readonly unsandboxed?: boolean;
}

/**
 * `t2s worker redis://…`: runs units for whoever runs experiments on that Redis, in child processes, until it is interrupted. Model files, endpoints and keys are this machine's own.
 * Returns 0 after an ordered end; throws UsageError where it may not work.
 */
export async function workerCommand(url: string, options: WorkerCommandOptions, context: CliContext): Promise<number> {
  const processes = options.processes ?? availableParallelism();
  const slots = options.slots ?? 4 * processes;
  const say = (text: string): void => context.err(`${new Date().toISOString()} ${text}\n`);
  const manifests = new Map<Sandbox["id"], Promise<Manifest>>();
  const manifestOf = (run: RunRecord): Promise<Manifest> => {
    const known = manifests.get(run.sandbox) ?? manifestWith(run, options, context);
    manifests.set(run.sandbox, known);
    return known;
  };
  const worker = await redisWorker({
    url,
    queue: options.queue ?? defaultQueue,
    slots,
    say,
    lockMs: options.lockSeconds === undefined ? undefined : options.lockSeconds * 1000,
    manifest: manifestOf,
    async open(run, gate, onSpend) {
      const place = await placeOf(run, options, context);
      const unit = {
        ...place.unit,
        models: run.models,
        sandbox: run.sandbox,
        slots: Math.ceil(slots / processes),
        modelDir: options.modelDir,
      };
      const executor = childExecutor(unitCommandLine(unit, context), {
        workers: processes,
        cwd: context.cwd,
        env: context.env,
        gate,
        onSpend,
      });
      return { executor, mailbox: place.mailbox };
    },
  });
  say(`works for ${redisName(url)}, ${slots} units at once in ${processes} processes; Ctrl-C ends it when what is under way has ended`);
  let times = 0;
  const onSignal = (): void => {
    times += 1;
    if (times === 1) {
      say("takes nothing more and finishes what is under way; Ctrl-C again gives it back");
      worker.drain();
    } else worker.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    await worker.ended;
    return exitCodes.ok;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** Where a run's blobs are read and written, and its endings handed in. */
async function placeOf(
  { store, experiment }: RunRecord,
  options: WorkerCommandOptions,
  context: CliContext,
): Promise<{ readonly unit: { readonly results: string; readonly remote?: string }; readonly mailbox: Mailbox }> {
  if ("url" in store) {
    const results = cacheDir(options, context);
    await mkdir(results, { recursive: true });
    const { mailbox } = remoteStore({ url: store.url, token: storeToken(context), cache: openStore(results).blobs });
    return { unit: { results, remote: store.url }, mailbox };
  }
  const root = join(store.folder, ".store");
  await access(root).catch(() => {
    throw new UsageError(
      `the results of ${experiment} are in ${store.folder}, which is not to be seen here; mount that folder under the same path, or start the run with --serve-store`,
    );
  });
  return { unit: { results: store.folder }, mailbox: folderMailbox(root) };
}

const cacheDir = ({ cache }: WorkerCommandOptions, context: CliContext): string =>
  cache === undefined ? join(resultsDir(context, undefined), ".worker") : resolve(context.cwd, cache);

async function manifestWith(run: RunRecord, options: WorkerCommandOptions, context: CliContext): Promise<Manifest> {
  if (run.sandbox === "none" && options.unsandboxed !== true)
    throw new UsageError(`${run.experiment} runs commands without a sandbox; start this worker with --unsandboxed only if you mean that`);
  const results = "url" in run.store ? cacheDir(options, context) : run.store.folder;
  const { sandbox } = await chooseSandbox({
    kind: run.sandbox,
    hidden: hiddenPaths(context, results),
    unsandboxed: run.sandbox === "none",
  });
  const parts = openParts(context, { resultsDir: results, sandbox, models: new Map() });
  return await ownManifest(parts, unitKinds(parts, 1));
}
