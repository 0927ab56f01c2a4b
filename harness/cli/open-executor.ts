import { randomUUID } from "node:crypto";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { sha256 } from "../core/json.ts";
import { serveBlobs } from "../dispatch/blob-server.ts";
import { folderMailbox, type Mailbox } from "../dispatch/mailbox.ts";
import { type Budget, withinBudget } from "../engine/budget.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { type Executor, localExecutor, type UnitKinds } from "../engine/executor.ts";
import type { StopOrder } from "../engine/stop.ts";
import type { Parts } from "../experiment/parts.ts";
import { localGate } from "../model/local-gate.ts";
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

export interface ExecutorOptions {
  readonly childProcesses?: number;
  readonly modelDir?: string;
  /** Redis whose workers run the units. */
  readonly executor?: string;
  /** Queue in it; default "t2s". */
  readonly queue?: string;
  /** Address where workers get at the store; without one they see the results folder. */
  readonly serveStore?: string;
  /** Where it is served, when something in front of it has that address. */
  readonly listen?: string;
}

/** Where the units of a run are run: in this process, in child processes, or by the workers of a Redis. */
export async function openExecutor(
  experiment: string,
  { parts, kinds, width, stop, budget, say }: Work,
  options: ExecutorOptions,
  context: CliContext,
): Promise<Executor> {
  refuseIdle(options);
  const models = [...parts.models.keys()];
  if (options.executor !== undefined) return await openDispatch(experiment, { parts, kinds, stop, budget, say }, options, context);
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
    gate: withinBudget(localGate(), budget.refusal),
    onSpend: budget.add,
  });
}

/** Options that would do nothing are a mistake. */
function refuseIdle({ executor, childProcesses, queue, serveStore, listen }: ExecutorOptions): void {
  if (executor !== undefined && childProcesses !== undefined)
    throw new UsageError("--child-processes does nothing with --executor; give --processes to the workers");
  if (executor === undefined && (queue ?? serveStore) !== undefined)
    throw new UsageError("--queue and --serve-store need --executor redis://HOST:PORT, whose workers they are about");
  if (listen !== undefined && serveStore === undefined)
    throw new UsageError("--listen needs --serve-store URL, the address by which workers reach what listens there");
}

async function openDispatch(
  experiment: string,
  { parts, kinds, stop, budget, say }: Omit<Work, "width">,
  { executor: url = "", queue = defaultQueue, serveStore, listen }: ExecutorOptions,
  context: CliContext,
): Promise<Executor> {
  const { redisExecutor } = await import("../dispatch/redis-executor.ts"); // only runs with workers wait for its libraries to load
  const results = await realpath(parts.resultsDir);
  const mailbox = folderMailbox(parts.store.root);
  const served = serveStore === undefined ? undefined : await serveAt(serveStore, listen, { parts, mailbox }, context);
  try {
    const executor = await redisExecutor({
      url,
      queue,
      run: {
        v: 1,
        id: sha256(`${results} ${experiment}`).slice(0, 16),
        experiment,
        coordinator: randomUUID(),
        ceilings: budget.ceilings,
        models: [...parts.models.keys()],
        sandbox: parts.sandbox.id,
        manifest: await ownManifest(parts, kinds),
        store: served === undefined ? { folder: results } : { url: served.url },
      },
      mailbox,
      stop,
      goesFirst: (kind) => kind !== "rollout",
      isStored: async (key) => (await parts.store.units.get(key)) !== undefined,
      onSpend: budget.add,
      say,
    });
    return {
      execute: executor.execute,
      async [Symbol.asyncDispose]() {
        await executor[Symbol.asyncDispose]();
        await served?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await served?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Serves the store to who reaches `address`: there, or with `listen` at another place that a service or a proxy passes on to. */
async function serveAt(
  address: string,
  listen: string | undefined,
  { parts, mailbox }: { readonly parts: Parts; readonly mailbox: Mailbox },
  context: CliContext,
): Promise<AsyncDisposable & { readonly url: string }> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const known = listen === undefined ? /^http:$/ : /^https?:$/;
  if (url === undefined || !known.test(url.protocol) || url.pathname !== "/")
    throw new UsageError(
      `--serve-store ${address} is no address to serve the store at; write http://HOST:PORT as workers reach this machine (https:// only with --listen, behind a proxy that speaks TLS)`,
    );
  const place = listen === undefined ? url : placeToListen(listen);
  const server = await serveBlobs({
    blobs: parts.store.blobs,
    journals: parts.store.journals,
    mailbox,
    scratch: join(parts.store.root, "tmp"),
    token: storeToken(context),
    host: place.hostname.replace(/^\[|\]$/g, ""),
    port: Number(place.port || 80),
  });
  return {
    url: listen === undefined ? `http://${url.hostname}:${server.port}` : url.origin,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function placeToListen(listen: string): URL {
  const place = `http://${listen}`;
  if (!/^[^/@]+:\d+$/.test(listen) || !URL.canParse(place))
    throw new UsageError(`--listen ${listen} is no place to listen at; write HOST:PORT, for example 0.0.0.0:8478`);
  return new URL(place);
}

/** The secret that a served store and its workers share. Throws UsageError when there is none. */
export function storeToken(context: CliContext): string {
  const token = context.env.T2S_STORE_TOKEN ?? "";
  if (token.length < 16)
    throw new UsageError(
      "a store served over HTTP needs a secret: set T2S_STORE_TOKEN to the same 16 or more characters for the run and its workers",
    );
  return token;
}
