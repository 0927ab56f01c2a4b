/** A pool of worker processes that grade cases. A workbook that hangs, swells or kills its reader costs a verdict, never the harness. */
import { availableParallelism } from "node:os";
import { SandboxError } from "../../../harness/core/errors.ts";
import { ungraded } from "./compare-strict.ts";
import { failed, type Verdict } from "./compare-workbooks.ts";
import type { CaseFiles } from "./grade-case.ts";
import { type FromWorker, startWorker, type WorkerProcess } from "./worker-process.ts";

export interface GraderOptions {
  /** Processes at most; started when needed. Default: min(2, cores). */
  readonly workers?: number;
  /** Wall-clock limit of one case. Default 60,000. */
  readonly timeoutMs?: number;
  /** Heap of one process. Default 1,024. */
  readonly heapMb?: number;
}

/** Close it with `await using`; idle processes neither keep the program alive nor outlive it. */
export interface Grader extends AsyncDisposable {
  readonly workers: number;
  /**
   * Judges one case. Rejects only when the reader itself cannot be started, is at fault, was closed, or when `signal` aborts;
   * a reader that dies or runs out of time on a file answers false (strict: null when the gold was at fault).
   */
  grade(files: CaseFiles, signal?: AbortSignal): Promise<Verdict>;
}

interface Job {
  readonly number: number;
  readonly files: CaseFiles;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
  goldRead: boolean;
  attempts: number;
}

interface Slot {
  readonly process: WorkerProcess;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Why we killed it, when we did. */
  killed: "timeout" | "aborted" | "closed" | "worn" | "unready" | undefined;
}

const START_TIMEOUT_MS = 60_000;
/** A process is replaced after this much CPU time, well before its own limit of it ends it in the middle of a case. */
const WORN_CPU_SECONDS = 300;
/** Signals and exit codes of Node and the kernel when memory or an address cannot be had; the file is at fault, so no second try. */
const OUT_OF_MEMORY_SIGNALS = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV", "SIGBUS"];
const OUT_OF_MEMORY_CODES = [5, 132, 133, 134, 135, 139];

/** Opens a pool. Nothing is started before the first case. */
export function openGrader(options: GraderOptions = {}): Grader {
  const workers = options.workers ?? Math.min(2, availableParallelism());
  const timeoutMs = options.timeoutMs ?? 60_000;
  const limits = { heapMb: options.heapMb ?? 1024, cpuSeconds: 2 * WORN_CPU_SECONDS + Math.ceil(timeoutMs / 1000) };
  const slots = new Set<Slot>();
  const queue: Job[] = [];
  let jobs = 0;
  let closed = false;

  const kill = (slot: Slot, why: NonNullable<Slot["killed"]>): void => {
    slot.killed ??= why;
    slot.process.hold(true); // waiting for the exit must not end the program
    slot.process.child.kill("SIGKILL");
  };
  const release = (slot: Slot): Job | undefined => {
    clearTimeout(slot.timer);
    const { job } = slot;
    slot.job = undefined;
    slot.process.hold(false);
    return job;
  };
  const faultVerdict = (job: Job, what: string): Verdict => {
    const file = job.goldRead || job.files.scorer !== "strict" ? "workbook" : "gold workbook";
    return job.files.scorer === "strict" && !job.goldRead ? ungraded(`${file}: ${what}`) : failed(`${file}: ${what}`);
  };
  const onExit = (slot: Slot, code: number | null, signal: string | null): void => {
    slots.delete(slot);
    const job = release(slot);
    if (job !== undefined) {
      const how = signal ?? `code ${code}`;
      const outOfMemory = OUT_OF_MEMORY_SIGNALS.includes(signal ?? "") || OUT_OF_MEMORY_CODES.includes(code ?? -1);
      if (slot.killed === "timeout") job.resolve(faultVerdict(job, `not read within ${timeoutMs / 1000} s`));
      else if (!slot.ready)
        job.reject(new SandboxError(`The workbook reader could not be started (${how}): ${slot.process.stderr().trim()}`));
      else if (outOfMemory) job.resolve(faultVerdict(job, `reading it takes more memory than ${limits.heapMb} MB (${how})`));
      else if (slot.killed === undefined && job.attempts < 2) queue.unshift(job);
      else job.resolve(faultVerdict(job, `its reader died twice (${how})`));
    }
    pump();
  };
  const onMessage = (slot: Slot, message: FromWorker): void => {
    if (message.kind === "ready") {
      slot.ready = true;
      if (slot.job !== undefined) begin(slot, slot.job);
      return;
    }
    if (message.job !== slot.job?.number) return; // of a case that was given up
    if (message.kind === "gold-read") {
      slot.job.goldRead = true;
      return;
    }
    const job = release(slot);
    if (message.kind === "crashed") job?.reject(new Error(`The workbook reader is at fault: ${message.message}\n${message.stack ?? ""}`));
    else {
      job?.resolve({ verdict: message.verdict, message: message.message });
      if (message.cpuSeconds > WORN_CPU_SECONDS) kill(slot, "worn");
    }
    pump();
  };
  const begin = (slot: Slot, job: Job): void => {
    clearTimeout(slot.timer);
    job.attempts += 1;
    slot.timer = setTimeout(() => kill(slot, "timeout"), timeoutMs);
    slot.process.child.send({ job: job.number, files: job.files }, (error) => {
      if (error !== null) slot.process.child.kill("SIGKILL"); // it is gone or going; its exit settles the case
    });
  };
  const open = (): Slot => {
    const slot: Slot = { process: startWorker(limits), ready: false, job: undefined, timer: undefined, killed: undefined };
    slots.add(slot);
    const { child } = slot.process;
    child.on("message", (message: FromWorker) => onMessage(slot, message));
    child.on("exit", (code, signal) => onExit(slot, code, signal));
    child.on("error", (error) => {
      if (child.pid !== undefined) return; // it runs, or its exit is reported
      slots.delete(slot);
      release(slot)?.reject(new SandboxError("The workbook reader could not be started.", { cause: error }));
      pump();
    });
    return slot;
  };
  const pump = (): void => {
    while (queue.length > 0 && !closed) {
      const idle = [...slots].find((slot) => slot.job === undefined && slot.killed === undefined);
      if (idle === undefined && slots.size >= workers) return;
      const job = queue.shift();
      if (job === undefined) return;
      const slot = idle ?? open();
      slot.job = job;
      slot.process.hold(true);
      if (slot.ready) begin(slot, job);
      else slot.timer = setTimeout(() => kill(slot, "unready"), START_TIMEOUT_MS);
    }
  };

  return {
    workers,
    grade(files, signal) {
      if (closed) return Promise.reject(new Error("The grader was closed."));
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise<Verdict>((resolve, reject) => {
        jobs += 1;
        const settle =
          <T>(how: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener("abort", onAbort);
            how(value);
          };
        const job: Job = {
          number: jobs,
          files,
          goldRead: false,
          attempts: 0,
          resolve: settle(resolve),
          reject: settle(reject),
        };
        const onAbort = (): void => {
          const waiting = queue.indexOf(job);
          if (waiting >= 0) queue.splice(waiting, 1);
          const slot = [...slots].find((candidate) => candidate.job === job);
          if (slot !== undefined) {
            release(slot);
            kill(slot, "aborted");
          }
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        queue.push(job);
        pump();
      });
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const gone = new Error("The grader was closed.");
      for (const job of queue.splice(0)) job.reject(gone);
      const exits = [...slots].map((slot) => {
        release(slot)?.reject(gone);
        const { child } = slot.process;
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return undefined;
        const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
        kill(slot, "closed");
        return exit;
      });
      await Promise.all(exits);
    },
  };
}
