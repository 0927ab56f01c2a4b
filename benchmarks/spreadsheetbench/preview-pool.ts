/** Previews made in child processes: workbooks come from outside, and a hostile one may cost memory and time but not the program. */
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { SandboxError, UsageError } from "../../harness/core/errors.ts";

export interface PreviewPool extends AsyncDisposable {
  /** Preview of a workbook; `name` is for the error. Throws UsageError when reading it takes too long or ends the reading process twice. */
  preview(bytes: Uint8Array, name: string): Promise<string>;
}

interface Job {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

interface Worker {
  readonly child: ChildProcess;
  ready: boolean;
  job?: Job;
  timer?: NodeJS.Timeout;
  timedOut: boolean;
  stderr: string;
}

type Reply = { readonly kind: "ready" } | { readonly kind: "preview"; readonly id: number; readonly text: string };

const heapMb = 1536;
/** Node maps some 1.6 GB before any heap; the rest is for the bytes of files and unpacked parts. */
const addressMb = heapMb + 3072;
// Limits a shell does not know (address space on macOS) are left out; the heap limit and the reader's own size checks remain.
const underLimits = 'ulimit -c 0; ulimit -v "$1" 2>/dev/null; shift; exec "$@"';

/** Starts processes when first needed: `size` at most (default: one per processor, up to 4). A workbook may take `timeoutMs` (default 120,000). */
export function openPreviewPool(options: { size?: number; timeoutMs?: number } = {}): PreviewPool {
  const size = options.size ?? Math.min(4, availableParallelism());
  const timeoutMs = options.timeoutMs ?? 120_000;
  const workers = new Set<Worker>();
  const queue: Job[] = [];
  let nextId = 0;
  let closed = false;

  const pump = (): void => {
    while (queue.length > 0 && !closed) {
      const worker = [...workers].find((w) => w.job === undefined) ?? (workers.size < size ? open() : undefined);
      const job = worker && queue.shift();
      if (!worker || !job) return;
      worker.job = job;
      if (worker.ready) begin(worker, job);
    }
  };
  const begin = (worker: Worker, job: Job): void => {
    job.attempts += 1;
    worker.timer = setTimeout(() => {
      worker.timedOut = true;
      worker.child.kill("SIGKILL");
    }, timeoutMs);
    // A failed send means that the process is going; its exit settles the job.
    worker.child.send({ id: job.id, bytes: job.bytes }, () => undefined);
  };
  const open = (): Worker => {
    const worker: Worker = { child: startProcess(), ready: false, timedOut: false, stderr: "" };
    workers.add(worker);
    worker.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      worker.stderr = (worker.stderr + text).slice(-2000);
    });
    worker.child.on("message", (reply: Reply) => {
      if (reply.kind === "ready") {
        worker.ready = true;
        if (worker.job) begin(worker, worker.job);
      } else if (reply.id === worker.job?.id) {
        const { job } = worker;
        clearTimeout(worker.timer);
        delete worker.job;
        job.resolve(reply.text);
        pump();
      }
    });
    worker.child.on("close", (code, signal) => gone(worker, signal ?? `exit code ${code}`));
    worker.child.on("error", (error) => gone(worker, error.message));
    return worker;
  };
  /** Once per worker: "close" does not follow when a process could not be started, and both events may come. */
  const gone = (worker: Worker, how: string): void => {
    if (!workers.delete(worker)) return;
    clearTimeout(worker.timer);
    const { job } = worker;
    if (job) {
      const refuse = (why: string): void =>
        job.reject(
          new UsageError(`The workbook ${job.name} cannot be previewed: ${why}; if it is a published file, import the data set again.`),
        );
      if (worker.timedOut) refuse(`reading it took more than ${timeoutMs / 1000} s`);
      // Not the workbook's fault: the program itself is broken, which must not be blamed on the data.
      else if (!worker.ready)
        job.reject(new SandboxError(`The process that reads workbooks could not be started (${how}): ${worker.stderr.trim()}`));
      else if (job.attempts < 2) queue.unshift(job);
      else refuse(`reading it ended the reading process twice (${how}; it may use ${heapMb} MB of heap)`);
    }
    pump();
  };

  return {
    preview: (bytes, name) =>
      new Promise((resolve, reject) => {
        queue.push({ id: nextId++, bytes, name, resolve, reject, attempts: 0 });
        pump();
      }),
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const job of queue.splice(0)) job.reject(new Error("The preview pool was closed."));
      await Promise.all(
        [...workers].map(({ child }) => {
          const end = new Promise<void>((done) => child.once("close", () => done()));
          child.kill("SIGKILL");
          return end;
        }),
      );
    },
  };
}

/** No environment, no core dumps, bounded heap and address space. */
function startProcess(): ChildProcess {
  const command = [
    process.execPath,
    // Otherwise each WebAssembly memory (the loader of sources has one) reserves 10 GB of address space.
    "--disable-wasm-trap-handler",
    `--max-old-space-size=${heapMb}`,
    fileURLToPath(new URL("../../harness/launch.mjs", import.meta.url)),
    fileURLToPath(new URL("./preview-worker.ts", import.meta.url)),
  ];
  return spawn("/bin/sh", ["-c", underLimits, "sh", String(addressMb * 1024), ...command], {
    env: {},
    detached: true, // Ctrl-C goes to the whole process group; readers end with the channel instead
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
}
