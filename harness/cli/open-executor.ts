import { realpath } from "node:fs/promises";
import { sha256 } from "../core/json.ts";
import { folderMailbox } from "../dispatch/mailbox.ts";
import { redisExecutor } from "../dispatch/redis-executor.ts";
import type { Budget } from "../engine/budget.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { type Executor, localExecutor, type UnitKinds } from "../engine/executor.ts";
import type { StopOrder } from "../engine/stop.ts";
import type { Parts } from "../experiment/parts.ts";
import type { CliContext } from "./context.ts";
import { ownManifest } from "./own-manifest.ts";
import { unitCommandLine } from "./unit-command-line.ts";

export const defaultQueue = "t2s";

interface Work {
  readonly parts: Parts;
  readonly kinds: UnitKinds;
  readonly width: number;
  readonly stop: StopOrder;
  readonly budget: Budget;
  readonly say: (text: string) => void;
}

/** Where the units of a run are run: in this process, in child processes, or by the workers of a Redis. */
export async function openExecutor(
  experiment: string,
  { parts, kinds, width, stop, budget, say }: Work,
  options: { readonly childProcesses?: number; readonly executor?: string; readonly queue?: string; readonly modelDir?: string },
  context: CliContext,
): Promise<Executor> {
  const models = [...parts.models.keys()];
  if (options.executor !== undefined) {
    const results = await realpath(parts.resultsDir);
    return await redisExecutor({
      url: options.executor,
      queue: options.queue ?? defaultQueue,
      run: {
        v: 1,
        id: sha256(`${results} ${experiment}`).slice(0, 16),
        experiment,
        models,
        sandbox: parts.sandbox.id,
        manifest: await ownManifest(parts, kinds),
        results,
      },
      mailbox: folderMailbox(parts.store.root),
      stop,
      isStored: async (key) => (await parts.store.units.get(key)) !== undefined,
      onSpend: budget.add,
      say,
    });
  }
  if (options.childProcesses === undefined) return localExecutor(kinds);
  const unit = {
    results: parts.resultsDir,
    models,
    sandbox: parts.sandbox.id,
    slots: Math.ceil(width / options.childProcesses),
    modelDir: options.modelDir,
  };
  return childExecutor(unitCommandLine(unit, context), {
    workers: options.childProcesses,
    cwd: context.cwd,
    env: context.env,
    onSpend: budget.add,
  });
}
