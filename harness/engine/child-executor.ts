import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { SandboxError } from "../core/errors.ts";
import type { Gate } from "../core/gate.ts";
import type { Json } from "../core/json.ts";
import { askedGate } from "./child-gate.ts";
import { type ChildReply, childReplySchema } from "./child-protocol.ts";
import type { Executor } from "./executor.ts";
import type { UnitOutput } from "./unit.ts";
import { decodeError } from "./wire-error.ts";

interface Waiting {
  readonly resolve: (output: UnitOutput<Json>) => void;
  readonly reject: (error: unknown) => void;
}

interface Worker {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  readonly gate: ReturnType<typeof askedGate>;
}

/** A worker that has not given a unit up after this long is killed. */
const abortGraceMs = 10_000;

/**
 * Runs units in worker processes that get nothing but the spec: `command` starts one (program and arguments; it reads child requests on
 * stdin and writes replies on stdout). A worker that dies fails its units with a SandboxError, which the retry policy tries again in a new one.
 */
export function childExecutor(
  command: readonly [string, ...string[]],
  options: {
    readonly workers: number;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Asked for the workers before every call they make. */
    readonly gate: Gate;
    /** What calls in the workers spend, as they come in. */
    readonly onSpend?: (call: { readonly tokens: number; readonly costUsd: number | undefined }) => void;
  },
): Executor {
  const workers: (Worker | undefined)[] = Array.from({ length: options.workers });
  let nextId = 0;

  const start = (slot: number): Worker => {
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "inherit"], detached: true }); // Ctrl-C goes to the whole process group; we drain instead
    const gate = askedGate(options.gate, (reply) => child.stdin?.write(`${JSON.stringify(reply)}\n`));
    const worker: Worker = { child, waiting: new Map(), gate };
    const failAll = (error: unknown): void => {
      if (workers[slot] === worker) workers[slot] = undefined;
      gate.gone();
      for (const { reject } of worker.waiting.values()) reject(error);
      worker.waiting.clear();
    };
    child.once("error", (cause) => failAll(new SandboxError(`the worker process could not be started: ${cause.message}`, { cause })));
    child.once("exit", (code, signal) =>
      failAll(new SandboxError(`a worker process ended (${signal ?? `exit code ${code}`}) while units were under way`)),
    );
    child.stdin?.on("error", () => undefined); // a dead worker is reported by its exit
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => deliver(worker, line));
    workers[slot] = worker;
    return worker;
  };

  const deliver = (worker: Worker, line: string): void => {
    let reply: ChildReply;
    try {
      reply = childReplySchema.parse(JSON.parse(line));
    } catch {
      worker.child.kill("SIGKILL"); // a worker that does not keep to the protocol cannot be trusted with further units
      return;
    }
    if ("spent" in reply) {
      options.onSpend?.({ tokens: reply.spent.tokens, costUsd: reply.spent.costUsd });
      return;
    }
    if (!("id" in reply)) {
      worker.gate.hear(reply);
      return;
    }
    const waiting = worker.waiting.get(reply.id);
    worker.waiting.delete(reply.id);
    if ("output" in reply) waiting?.resolve(reply.output);
    else waiting?.reject(decodeError(reply.error));
  };

  return {
    execute(spec, signal) {
      signal.throwIfAborted();
      const id = nextId++;
      const slot = id % workers.length;
      const worker = workers[slot] ?? start(slot);
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          worker.child.stdin?.write(`${JSON.stringify({ id, abort: true })}\n`);
          setTimeout(() => worker.waiting.has(id) && worker.child.kill("SIGKILL"), abortGraceMs).unref();
        };
        signal.addEventListener("abort", abort);
        const settle =
          <T>(done: (value: T) => void) =>
          (value: T): void => {
            signal.removeEventListener("abort", abort);
            done(value);
          };
        worker.waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        worker.child.stdin?.write(`${JSON.stringify({ id, spec })}\n`);
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        workers.map(async (worker) => {
          if (worker === undefined || worker.child.exitCode !== null) return;
          const gone = new Promise((resolve) => worker.child.once("exit", resolve));
          worker.child.stdin?.end();
          const impatient = setTimeout(() => worker.child.kill("SIGKILL"), abortGraceMs);
          await gone;
          clearTimeout(impatient);
        }),
      );
    },
  };
}
