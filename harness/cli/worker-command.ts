import { access } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { redisName } from "../dispatch/connection.ts";
import { folderMailbox } from "../dispatch/mailbox.ts";
import { redisWorker } from "../dispatch/redis-worker.ts";
import type { Manifest, RunRecord } from "../dispatch/run-record.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { defaultQueue } from "./open-executor.ts";
import { hiddenPaths, openParts, unitKinds } from "./open-parts.ts";
import { ownManifest } from "./own-manifest.ts";
import { unitCommandLine } from "./unit-command-line.ts";

export interface WorkerCommandOptions {
  readonly queue?: string;
  readonly slots?: number;
  readonly processes?: number;
  readonly lockSeconds?: number;
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
    async open(run, onSpend) {
      const store = join(run.results, ".store");
      await access(store).catch(() => {
        throw new UsageError(
          `the results of ${run.experiment} are in ${run.results}, which is not to be seen here; mount that folder under the same path`,
        );
      });
      const unit = {
        results: run.results,
        models: run.models,
        sandbox: run.sandbox,
        slots: Math.ceil(slots / processes),
        modelDir: options.modelDir,
      };
      const executor = childExecutor(unitCommandLine(unit, context), { workers: processes, cwd: context.cwd, env: context.env, onSpend });
      return { executor, mailbox: folderMailbox(store) };
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

async function manifestWith(run: RunRecord, options: WorkerCommandOptions, context: CliContext): Promise<Manifest> {
  if (run.sandbox === "none" && options.unsandboxed !== true)
    throw new UsageError(`${run.experiment} runs commands without a sandbox; start this worker with --unsandboxed only if you mean that`);
  const { sandbox } = await chooseSandbox({
    kind: run.sandbox,
    hidden: hiddenPaths(context, run.results),
    unsandboxed: run.sandbox === "none",
  });
  const parts = openParts(context, { resultsDir: run.results, sandbox, models: new Map() });
  return await ownManifest(parts, unitKinds(parts, 1));
}
