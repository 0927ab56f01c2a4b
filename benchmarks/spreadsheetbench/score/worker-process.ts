/** Starts a worker process that opens workbooks of unknown origin: no environment, no core dumps, limits on heap, address space and CPU time. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Verdict } from "./compare-workbooks.ts";
import type { CaseFiles } from "./grade-case.ts";

export interface ToWorker {
  readonly job: number;
  readonly files: CaseFiles;
}
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "gold-read"; readonly job: number }
  | ({ readonly kind: "verdict"; readonly job: number; readonly cpuSeconds: number } & Verdict)
  /** A fault of our own code: never a verdict. */
  | { readonly kind: "crashed"; readonly job: number; readonly message: string; readonly stack?: string };

export interface WorkerLimits {
  readonly heapMb: number;
  readonly cpuSeconds: number;
}

/** What Node itself maps before any heap (1.6 GB measured for Node 20 on Linux x64), plus room for file and part buffers. */
const BASE_ADDRESS_MB = 3072;
const STDERR_KEPT = 4096;

// A limit the shell does not know (address space on macOS) is left out; the heap limit and the size checks of the reader remain.
const UNDER_LIMITS = 'ulimit -c 0; ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; exec "$@"';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** The end of what the process wrote to stderr, for the message when it dies. */
  stderr(): string;
  /** Whether the process and its channel keep the event loop alive. */
  hold(keep: boolean): void;
}

/** Starts the process; it sends `ready` once it can take cases. It ends by itself when the channel closes, so with its parent. */
export function startWorker(limits: WorkerLimits): WorkerProcess {
  const command = [
    process.execPath,
    "--disable-wasm-trap-handler", // else each WebAssembly memory (the loader has one) reserves 10 GB of address space
    `--max-old-space-size=${limits.heapMb}`,
    fileURLToPath(new URL("../../../harness/launch.mjs", import.meta.url)),
    fileURLToPath(new URL("./grade-worker.ts", import.meta.url)),
  ];
  const numbers = [String((limits.heapMb + BASE_ADDRESS_MB) * 1024), String(limits.cpuSeconds)];
  const child = spawn("/bin/sh", ["-c", UNDER_LIMITS, "sh", ...numbers, ...command], {
    env: {},
    cwd: "/",
    detached: true, // a terminal's Ctrl-C goes to the whole process group; readers end with the channel instead
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
    tail = (tail + piece).slice(-STDERR_KEPT);
  });
  return {
    child,
    stderr: () => tail,
    hold(keep) {
      const how = keep ? "ref" : "unref";
      child[how]();
      child.channel?.[how]();
      // Typed as a plain stream, but a pipe is a socket and has ref and unref.
      const pipe = child.stderr;
      if (pipe !== null && "unref" in pipe && typeof pipe.unref === "function" && !keep) pipe.unref();
    },
  };
}
