import type { Redis } from "ioredis";
import { z } from "zod";
import { ModelError } from "../core/errors.ts";
import { usedUp } from "../engine/budget.ts";
import type { keysOf } from "./connection.ts";
import { orAborted, sleep } from "./or-aborted.ts";
import { type RunRecord, runRecordSchema } from "./run-record.ts";

/** What calls have spent; `knownUsd` is the cost of those with a known price, a cost of undefined: some have none. */
export interface Spent {
  readonly calls: number;
  readonly tokens: number;
  readonly costUsd: number | undefined;
  readonly knownUsd: number;
}

/** One worker's own total: it only grows, so that whoever knows it can put it back where a Redis lost it. */
const totalSchema = z.object({ calls: z.number(), tokens: z.number(), knownUsd: z.number(), unpriced: z.number() });
type Total = z.infer<typeof totalSchema>;
const nothing: Total = { calls: 0, tokens: 0, knownUsd: 0, unpriced: 0 };

/** Says that the coordinator has put back what it knows: until then nobody can tell what was spent. */
const whole = "whole";
/** Totals of a run whose coordinator never came back are forgotten after a day. */
const forgottenAfterS = 86_400;
const askAgainMs = 200;

const add = (a: Total, b: Total): Total => ({
  calls: a.calls + b.calls,
  tokens: a.tokens + b.tokens,
  knownUsd: a.knownUsd + b.knownUsd,
  unpriced: a.unpriced + b.unpriced,
});

const totalsIn = (fields: Readonly<Record<string, string>>): Map<string, Total> =>
  new Map(Object.entries(fields).flatMap(([name, text]) => (name === whole ? [] : [[name, totalSchema.parse(JSON.parse(text))]])));

const sumOf = (totals: Iterable<Total>): Total => [...totals].reduce(add, nothing);

/** What a run has spent as far as Redis knows. */
export async function spentIn(redis: Redis, key: string): Promise<Spent> {
  return asSpent(sumOf(totalsIn(await redis.hgetall(key)).values()));
}

const asSpent = ({ calls, tokens, knownUsd, unpriced }: Total): Spent => ({
  calls,
  tokens,
  knownUsd,
  costUsd: unpriced > 0 ? undefined : knownUsd,
});

/** A worker's account with one run. */
export interface Account {
  /** Says again what this worker has spent, in case Redis lost it. */
  remind(): Promise<void>;
  add(call: { readonly tokens: number; readonly costUsd: number | undefined }): void;
  /** Why no further call may be made. Waits while nobody can tell. Throws a ModelError of class `budget` when nobody seems to run it any more. */
  refusal(signal: AbortSignal | undefined): Promise<string | undefined>;
}

/** Opens an account: `worker` is the name of this process's total. `patienceMs`: how long a run without a coordinator is waited for; default 60 s. */
export function openAccount(
  redis: Redis,
  keys: ReturnType<typeof keysOf>,
  { id: runId, ...begun }: RunRecord,
  { worker, patienceMs = 60_000 }: { readonly worker: string; readonly patienceMs?: number },
): Account {
  let { coordinator } = begun;
  let own = nothing;
  const tell = (): ReturnType<Redis["multi"]> => {
    const key = keys.spend(runId, coordinator);
    return redis.multi().hset(key, worker, JSON.stringify(own)).expire(key, forgottenAfterS);
  };
  /** The run and what all workers have spent for it; undefined while that cannot be told. */
  const look = async (): Promise<{ readonly run: RunRecord; readonly spent: Total } | undefined> => {
    const key = keys.spend(runId, coordinator);
    const answers = await tell().hgetall(key).get(keys.run(runId)).exec();
    const [fields, text] = z
      .tuple([z.record(z.string(), z.string()), z.string().nullable()])
      .parse(answers?.slice(-2).map(([, answer]) => answer));
    if (text === null) return undefined;
    const run = runRecordSchema.parse(JSON.parse(text));
    if (run.coordinator !== coordinator) {
      // Another coordinator counts from its own beginning.
      coordinator = run.coordinator;
      own = nothing;
      return await look();
    }
    return whole in fields ? { run, spent: sumOf(totalsIn(fields).values()) } : undefined;
  };
  return {
    async remind() {
      const text = await redis.get(keys.run(runId));
      if (text !== null && runRecordSchema.parse(JSON.parse(text)).coordinator === coordinator) await tell().exec();
    },
    add(call) {
      const priced = call.costUsd === undefined ? { unpriced: 1, knownUsd: 0 } : { unpriced: 0, knownUsd: call.costUsd };
      own = add(own, { calls: 1, tokens: call.tokens, ...priced });
      // Told again with the next call; unit results hold their cost as well.
      tell()
        .exec()
        .catch(() => undefined);
    },
    async refusal(signal) {
      for (let waitedMs = 0; ; waitedMs += askAgainMs) {
        const known = await orAborted(look(), signal);
        if (known !== undefined) return usedUp(known.run.ceilings, known.spent);
        if (waitedMs >= patienceMs) throw new ModelError("the run that wanted this is gone", "budget");
        await sleep(askAgainMs, signal);
      }
    },
  };
}

/** The coordinator's view of the accounts of all workers. */
export interface RunSpending {
  begin(): Promise<void>;
  /** Tells what was spent since the last reading, and puts back what Redis lost. */
  read(): Promise<void>;
}

/** `remindedMs`: within what time workers say by themselves again what they have spent. */
export function readSpending(redis: Redis, key: string, remindedMs: number, tell: (spent: Spent) => void): RunSpending {
  let lostAt: number | undefined;
  const known = new Map<string, Total>();
  const restore = async (): Promise<void> => {
    const put = redis.multi();
    // A worker that has spent more by now has said so itself.
    for (const [worker, total] of known) put.hsetnx(key, worker, JSON.stringify(total));
    await put.hset(key, whole, "1").expire(key, forgottenAfterS).exec();
  };
  return {
    begin: restore,
    async read() {
      const fields = await redis.hgetall(key);
      if (whole in fields) lostAt = undefined;
      else {
        lostAt ??= Date.now();
        if (Date.now() - lostAt >= remindedMs) await restore();
      }
      const before = sumOf(known.values());
      for (const [worker, total] of totalsIn(fields)) if (total.calls >= (known.get(worker)?.calls ?? 0)) known.set(worker, total);
      const now = sumOf(known.values());
      if (now.calls === before.calls) return;
      tell(
        asSpent({
          calls: now.calls - before.calls,
          tokens: now.tokens - before.tokens,
          knownUsd: now.knownUsd - before.knownUsd,
          unpriced: now.unpriced - before.unpriced,
        }),
      );
    },
  };
}
