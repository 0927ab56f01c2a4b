import type { BoxLimits } from "../core/contract.ts";

/** What the supervisor is told on its command line; everything in it may be seen by the agent. */
export interface SupervisorConfig {
  readonly work: string;
  readonly tmp: string;
  /** Writable folder for FIFOs and long commands. */
  readonly spool: string;
  /** File systems whose files are counted. */
  readonly roots: readonly string[];
  readonly bash: string;
  /** The whole environment of commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputBytes: number;
  readonly memoryMb: number;
  readonly processes: number;
  readonly maxFiles: number;
  /** True when the box has a process namespace of its own, so that everyone else in it may be counted and killed. */
  readonly ownProcesses: boolean;
}

/** Each file costs about a kilobyte of kernel memory that no size cap counts. */
export const MAX_FILES = 131_072;
export const BIN_FOLDER = "/opt/box/bin";
export const SUPERVISOR = "/opt/box/supervisor.cjs";
export const SPOOL = "/run/box";

/** The environment of every command in every isolated box, whatever the host: no variable of the host gets in. */
export const boxEnvironment: Readonly<Record<string, string>> = {
  PATH: `${BIN_FOLDER}:/usr/local/bin:/usr/bin:/bin`,
  HOME: "/work",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  USER: "agent",
  TERM: "dumb",
};

export function boxConfig(limits: BoxLimits): SupervisorConfig {
  return {
    work: "/work",
    tmp: "/tmp",
    spool: SPOOL,
    roots: ["/work", "/tmp", "/dev/shm", "/run"],
    bash: "/bin/bash",
    env: boxEnvironment,
    outputBytes: limits.outputBytes,
    memoryMb: limits.memoryMb,
    processes: limits.processes,
    maxFiles: MAX_FILES,
    ownProcesses: true,
  };
}

/** Threads of the supervisor, PID 1 and the shell of a command, added to what the agent may have. */
const OWN_PROCESSES = 8;
/**
 * Programs reserve far more addresses than they use: V8 takes 10 GB for every WebAssembly instance, and `fetch` is one. Memory itself is bounded by
 * RLIMIT_DATA (private memory of each process), the supervisor's watch and, where there is one, a cgroup; this only stops absurd mappings.
 */
const SPARE_ADDRESSES_MB = 65_536;

/**
 * The limits as `ulimit` lines. Where the host's own limit is lower, it stays: `ulimit` then fails and the lower one goes on holding.
 * `countsPerBox` is false where the kernel counts processes per user and not per user namespace (Linux before 5.14): then the limit would
 * be shared by all boxes, and only a generous one makes sense.
 */
export function limitLines(limits: BoxLimits, countsPerBox: boolean): string {
  const lines = {
    c: 0,
    t: limits.cpuSeconds,
    f: limits.diskMb * 1024,
    n: 1024,
    d: limits.memoryMb * 1024,
    v: (limits.memoryMb + SPARE_ADDRESSES_MB) * 1024,
    u: countsPerBox ? limits.processes + OWN_PROCESSES : Math.max(4096, limits.processes),
  };
  return Object.entries(lines)
    .map(([letter, value]) => `ulimit -${letter} ${value} 2>/dev/null`)
    .join("\n");
}

/** Descriptors that the harness itself inherited from its caller (a lock file, a log) travel through every exec: they are no business of the agent. */
export const closeInherited = `for fd in /proc/self/fd/*; do
  fd=\${fd##*/}
  [ "$fd" -gt 2 ] 2>/dev/null && eval "exec $fd>&-" 2>/dev/null
done`;

/**
 * What PID 1 of an isolated box runs. Inside its process namespace PID 1 cannot be killed, so it can start the supervisor again when the agent kills
 * it (`kill -9 -1`), and as a waiting shell it reaps orphans. Arguments: node, supervisor, its config as JSON.
 */
export function startScript(limits: BoxLimits, countsPerBox: boolean): string {
  return `${closeInherited}
trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE TSTP TTIN TTOU
${limitLines(limits, countsPerBox)}
echo 800 2>/dev/null >/proc/self/oom_score_adj
mkdir -p ${SPOOL} && mkfifo -m 600 ${SPOOL}/fifo-0-{0..63}
boot=0
while [ $boot -lt 20 ]; do
  "$1" --v8-pool-size=0 "$2" $boot "$3" && exit 0
  boot=$((boot + 1))
done
exit 1
`;
}
