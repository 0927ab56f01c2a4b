import { hostname } from "node:os";
import { messageOf } from "../core/errors.ts";
import type { Hash, Json } from "../core/json.ts";
import type { UnitError } from "../store/error-log.ts";
import type { Store } from "../store/store.ts";
import type { UnitRecord } from "../store/units.ts";
import type { Executor } from "./executor.ts";
import { isInterruption } from "./interruptible-kind.ts";
import { judgeFailure, rootCause } from "./retry-policy.ts";
import { Elsewhere, fallsTo, type Shard } from "./shard.ts";
import { type StopOrder, Stopped } from "./stop.ts";
import { FailedAttempt, type UnitSpec, unitKey } from "./unit.ts";

/** How a unit ended: a stored result (`fresh` when this run made it), or given up after the retry policy. */
export type Settled =
  | { readonly state: "done"; readonly record: UnitRecord; readonly fresh: boolean }
  | { readonly state: "errored"; readonly error: UnitError };

export type EngineEvent =
  | { readonly type: "started"; readonly kind: string; readonly key: Hash }
  | { readonly type: "finished"; readonly kind: string; readonly key: Hash; readonly ms: number }
  | {
      readonly type: "retrying" | "given-up";
      readonly kind: string;
      readonly key: Hash;
      readonly class: string;
      readonly message: string;
      readonly attempt: number;
      readonly stack?: string;
    }
  | { readonly type: "waiting"; readonly kind: string; readonly key: Hash };

export interface EngineOptions {
  readonly store: Store;
  readonly executor: Executor;
  readonly stop: StopOrder;
  /** Run only what falls to this shard; default: everything. */
  readonly shard?: Shard;
  /** Re-open units that an earlier run gave up. */
  readonly retryErrors?: boolean;
  /** False for kinds that call no model. Default: every kind may. */
  readonly spends?: (kind: string) => boolean;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Injectable for tests; resolves early when the run is stopped. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Engine {
  /**
   * The stored result of a spec, or runs it. Concurrent calls for one key share one run, here and among processes. Throws Stopped, Elsewhere for what is not stored and falls to
   * another shard, or the error that stops the run.
   */
  run(spec: UnitSpec): Promise<Settled>;
  /** The same engine for a chain of units that one process should do: they fall to a shard by this affinity, others by their own key. */
  near(affinity: string): Engine;
  /** Whether work with this affinity is done here. */
  owns(affinity: string): boolean;
}

const pollMs = 300;
/** So many units given up in a row, with no success between, mean that something general is wrong. */
const maxGivenUpInARow = 25;

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** The memoising heart: every unit of every stage goes through `run`. Re-running is resuming. */
export function createEngine(options: EngineOptions): Engine {
  const { store, executor, stop } = options;
  const sleep = options.sleep ?? waitFor;
  const emit = options.onEvent ?? (() => undefined);
  const underWay = new Map<Hash, Promise<Settled>>();
  let givenUpInARow = 0;

  /** While draining, units that call no model still run: they bring episodes that were paid for into the ledger. */
  const checkStop = (kind: string): void => {
    if (options.spends?.(kind) !== false || stop.signal.aborted) stop.check();
  };

  const runOnce = async (spec: UnitSpec, key: Hash, earlier: number): Promise<Settled> => {
    for (let attempt = 1; ; attempt += 1) {
      checkStop(spec.kind);
      const startedAt = new Date();
      const begun = performance.now();
      emit({ type: "started", kind: spec.kind, key });
      try {
        const output = await executor.execute(spec, stop.signal);
        // What comes back after an abort may be the work of something that was cut off: it is no sample.
        if (stop.signal.aborted) throw new Stopped(stop.reason ?? "aborted");
        const ms = performance.now() - begun;
        const record = await store.units.putIfAbsent({
          v: 1,
          key,
          spec: { ...spec },
          result: output.result,
          blobs: [...new Set([...output.blobs, ...(typeof output.calls === "string" ? [output.calls] : [])])],
          volatile: {
            startedAt: startedAt.toISOString(),
            ms: Math.round(ms),
            host: hostname(),
            costUsd: output.costUsd,
            attempts: earlier + attempt,
            calls: typeof output.calls === "string" ? output.calls : output.calls?.slice(),
            fingerprints: output.fingerprints?.slice(),
            endpoints: output.endpoints?.slice(),
          },
        });
        givenUpInARow = 0;
        emit({ type: "finished", kind: spec.kind, key, ms });
        return { state: "done", record, fresh: true };
      } catch (thrown) {
        const cause = rootCause(thrown);
        if (isInterruption(thrown)) stop.drain(messageOf(cause));
        if (stop.signal.aborted || isInterruption(thrown)) throw new Stopped(stop.reason ?? messageOf(cause));
        const verdict = judgeFailure(thrown, attempt);
        if (verdict.next === "stop-run") {
          stop.drain(messageOf(cause));
          throw cause;
        }
        const error: UnitError = {
          v: 1,
          key,
          kind: spec.kind,
          class: verdict.class,
          message: messageOf(cause),
          attempt: earlier + attempt,
          costUsd: thrown instanceof FailedAttempt ? thrown.spent.costUsd : 0,
          trajectory: thrown instanceof FailedAttempt ? thrown.spent.trajectory : undefined,
          at: new Date().toISOString(),
          host: hostname(),
          state: verdict.next === "retry" ? "retried" : "final",
        };
        await store.errors.append(error);
        emit({
          type: verdict.next === "retry" ? "retrying" : "given-up",
          kind: spec.kind,
          key,
          class: verdict.class,
          message: error.message,
          attempt,
          stack: verdict.class === "crash" && cause instanceof Error ? cause.stack : undefined,
        });
        if (verdict.next === "give-up") {
          givenUpInARow += 1;
          if (givenUpInARow >= maxGivenUpInARow) stop.drain(`${givenUpInARow} units in a row failed, the last with: ${error.message}`);
          return { state: "errored", error };
        }
        await sleep(verdict.waitMs, stop.signal);
      }
    }
  };

  const settle = async (spec: UnitSpec, key: Hash): Promise<Settled> => {
    for (let waited = false; ; waited = true) {
      const stored = await store.units.get(key);
      if (stored !== undefined) return { state: "done", record: stored, fresh: false };
      const errors = await store.errors.of(key);
      const last = errors.at(-1);
      if (last?.state === "final") {
        // A unit another process gave up while we waited was tried just now: that is an answer too.
        if (options.retryErrors !== true || waited) return { state: "errored", error: last };
      }
      checkStop(spec.kind);
      const claim = await store.claim(key);
      if ("heldBy" in claim) {
        if (!waited) emit({ type: "waiting", kind: spec.kind, key });
        await sleep(pollMs, stop.signal);
        continue;
      }
      await using _held = claim;
      const meanwhile = await store.units.get(key);
      if (meanwhile !== undefined) return { state: "done", record: meanwhile, fresh: false };
      if (last?.state === "final") await store.errors.append({ ...last, state: "reopened", costUsd: 0, at: new Date().toISOString() });
      return await runOnce(spec, key, errors.filter((e) => e.state !== "reopened").length);
    }
  };

  const { shard } = options;
  const owns = (affinity: string): boolean => shard === undefined || fallsTo(shard, affinity);

  /** What is known of a unit that is not run here. */
  const lookUp = async (spec: UnitSpec, key: Hash): Promise<Settled> => {
    const stored = await store.units.get(key);
    if (stored !== undefined) return { state: "done", record: stored, fresh: false };
    const last = (await store.errors.of(key)).at(-1);
    if (last?.state === "final" && options.retryErrors !== true) return { state: "errored", error: last };
    throw new Elsewhere(`a unit of kind ${spec.kind} falls to another shard`);
  };

  const near = (affinity: string | undefined): Engine => ({
    run(spec) {
      const key = unitKey(spec);
      const running = underWay.get(key);
      if (running !== undefined) return running;
      if (!owns(affinity ?? key)) return lookUp(spec, key);
      const settled = settle(spec, key).finally(() => underWay.delete(key));
      underWay.set(key, settled);
      return settled;
    },
    near,
    owns,
  });
  return near(undefined);
}

/** The stored result of a settled unit, read through its kind's schema. */
export function resultOf<R extends Json>(settled: Extract<Settled, { state: "done" }>, schema: { parse(value: unknown): R }): R {
  return schema.parse(settled.record.result);
}
