/** Reads the items of submitted workbooks in a worker thread: they come from outside, and a hostile one may cost a little time and memory but not the program. */
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { readZip, writeZip, ZipFault } from "./zip-parts.ts";

/** What a workbook's answer sheet holds, or a sentence saying why there is nothing to read. */
export type AnswerRead =
  | { readonly items: readonly string[] /** Cells with a formula and no stored result. */; readonly uncalculated: number }
  | { readonly fault: string };

export interface AnswerReader extends AsyncDisposable {
  read(bytes: Uint8Array, signal?: AbortSignal): Promise<AnswerRead>;
}

const limits = { fileBytes: 16 * 2 ** 20, entries: 2000, totalBytes: 48 * 2 ** 20, heapMb: 768, timeoutMs: 20_000 } as const;

const replySchema = z.object({
  job: z.number(),
  result: z.union([z.object({ items: z.array(z.string()), uncalculated: z.number() }), z.object({ fault: z.string() })]),
});

interface Job {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly settle: (result: AnswerRead) => void;
}

/**
 * Opens a reader; its thread is started with the first workbook, does not keep the program alive, and is replaced when a workbook ends it or takes longer than
 * `timeoutMs` (default 20,000). `read` never rejects for what is in the file; it rejects with the signal's reason when that is aborted.
 */
export function openAnswerReader(options: { readonly timeoutMs?: number } = {}): AnswerReader {
  const timeoutMs = options.timeoutMs ?? limits.timeoutMs;
  const queue: Job[] = [];
  let worker: Worker | undefined;
  let current: { readonly job: Job; readonly timer: NodeJS.Timeout } | undefined;
  let next = 0;

  const finish = (result: AnswerRead): void => {
    const done = current;
    current = undefined;
    if (done === undefined) return;
    clearTimeout(done.timer);
    done.job.settle(result);
    pump();
  };
  const start = (): Worker => {
    const started = new Worker(new URL("./answer-worker.cjs", import.meta.url), {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 64 },
    });
    started.on("message", (message: unknown) => {
      const reply = replySchema.parse(message);
      if (reply.job === current?.job.id) finish(reply.result);
    });
    const ended = (why: string) => {
      if (worker !== started) return;
      worker = undefined;
      finish({ fault: `reading the workbook ended the reader (${why})` });
    };
    started.on("error", (error) => ended(error.message));
    started.on("exit", (code) => ended(`exit code ${code}`));
    return started;
  };
  const pump = (): void => {
    if (current !== undefined) return;
    const job = queue.shift();
    if (job === undefined) {
      worker?.unref();
      return;
    }
    worker ??= start();
    worker.ref();
    const timer = setTimeout(() => {
      const slow = worker;
      worker = undefined;
      void slow?.terminate();
      finish({ fault: `reading the workbook took longer than ${timeoutMs / 1000} s` });
    }, timeoutMs);
    current = { job, timer };
    worker.postMessage({ job: job.id, bytes: job.bytes });
  };

  return {
    async read(bytes, signal) {
      signal?.throwIfAborted();
      const checked = checkedCopy(bytes);
      if (typeof checked === "string") return { fault: checked };
      return await new Promise<AnswerRead>((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        queue.push({ id: next++, bytes: checked, settle: resolve });
        pump();
      });
    },
    async [Symbol.asyncDispose]() {
      const open = worker;
      worker = undefined;
      await open?.terminate();
    },
  };
}

/** The workbook packed anew from parts that were unpacked under limits, so that the parser sees what was checked and nothing else; or a sentence. */
function checkedCopy(bytes: Uint8Array): Uint8Array | string {
  if (bytes.length > limits.fileBytes) return `the workbook has ${bytes.length} bytes; the limit is ${limits.fileBytes}`;
  try {
    return writeZip(readZip(bytes, limits));
  } catch (error) {
    if (error instanceof ZipFault) return `the file is no workbook that can be read (${error.message})`;
    throw error;
  }
}
