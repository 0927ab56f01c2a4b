/** Previews made in child processes: workbooks come from outside, and a hostile one may cost memory and time but not the program. */
import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UsageError } from "../../harness/core/errors.ts";

const workerPath = fileURLToPath(new URL("./preview-worker.ts", import.meta.url));
/** Resolved from here, so that the current directory of the program doesn't matter. */
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const heapMb = 1536;

export interface PreviewPool extends AsyncDisposable {
  /** Preview of a workbook; `name` is for the error. Throws UsageError when reading it takes too long or ends the child process. */
  preview(bytes: Uint8Array, name: string): Promise<string>;
}

interface Worker {
  readonly child: ChildProcess;
  busy: boolean;
}

/** Starts children when first needed: `size` at most (default: one per processor, up to 4). A workbook may take `timeoutMs` (default 120,000). */
export function openPreviewPool(options: { size?: number; timeoutMs?: number } = {}): PreviewPool {
  const size = options.size ?? Math.min(4, availableParallelism());
  const timeoutMs = options.timeoutMs ?? 120_000;
  const workers = new Set<Worker>();
  const queue: ((worker: Worker) => void)[] = [];
  let nextId = 0;

  const free = (worker: Worker): void => {
    worker.busy = false;
    const next = queue.shift();
    if (next) take(worker, next);
  };
  const take = (worker: Worker, run: (worker: Worker) => void): void => {
    worker.busy = true;
    run(worker);
  };
  const start = (): Worker => {
    const child = fork(workerPath, [], {
      execArgv: ["--import", loader, `--max-old-space-size=${heapMb}`],
      serialization: "advanced",
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const worker: Worker = { child, busy: false };
    workers.add(worker);
    // "exit" does not follow when a process could not be started, and both may come: the first one counts.
    const gone = (): void => {
      if (!workers.delete(worker)) return;
      const next = queue.shift();
      if (next) take(start(), next);
    };
    child.once("exit", gone);
    child.on("error", gone);
    return worker;
  };
  const acquire = (run: (worker: Worker) => void): void => {
    const idle = [...workers].find((w) => !w.busy) ?? (workers.size < size ? start() : undefined);
    if (idle) take(idle, run);
    else queue.push(run);
  };

  return {
    preview: (bytes, name) =>
      new Promise((resolve, reject) => {
        acquire((worker) => {
          const id = nextId++;
          const { child } = worker;
          const settle = (): void => {
            clearTimeout(timer);
            child.off("message", onMessage);
            child.off("exit", onExit);
            child.off("error", onError);
          };
          const onMessage = (reply: { readonly id: number; readonly text: string }): void => {
            if (reply.id !== id) return;
            settle();
            resolve(reply.text);
            free(worker);
          };
          const fail = (why: string): void => {
            settle();
            reject(
              new UsageError(`The workbook ${name} cannot be previewed: ${why}; if this is a published file, import the data set again.`),
            );
          };
          const onExit = (): void => fail(`reading it ended the reading process (more than ${heapMb} MB of memory, most likely)`);
          const onError = (error: Error): void => fail(`the reading process failed (${error.message})`);
          const timer = setTimeout(() => {
            fail(`reading it took more than ${timeoutMs / 1000} s`);
            child.kill("SIGKILL");
          }, timeoutMs);
          child.on("message", onMessage);
          child.once("exit", onExit);
          child.once("error", onError);
          child.send({ id, bytes });
        });
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [...workers].map(({ child }) => {
          const gone = new Promise<void>((done) => child.once("exit", () => done()));
          child.kill("SIGKILL");
          return gone;
        }),
      );
    },
  };
}
