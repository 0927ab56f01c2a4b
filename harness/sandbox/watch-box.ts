import { readdir, readFile, statfs } from "node:fs/promises";

/**
 * Looks at a box from outside where no cgroup bounds it. The supervisor's own watch can be stopped from inside (SIGSTOP) and runs only during a command.
 * `pid` is PID 1 of the box as the host numbers it. Calls `over` once when the box holds more than it may.
 */
export function watchBox(
  pid: number,
  bounds: { readonly memoryMb: number; readonly files: number },
  over: (what: string) => void,
): () => void {
  const root = `/proc/${pid}/root`;
  let busy = false;
  let strikes = 0;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const what =
        (await filesIn(root)) > bounds.files ? "files" : (await memoryIn(root, bounds.memoryMb)) > bounds.memoryMb ? "memory" : undefined;
      // The supervisor may be killing the command this moment: it is given one more look.
      strikes = what === undefined ? 0 : strikes + 1;
      if (what !== undefined && strikes >= 2) over(what);
    } catch {
      // ended meanwhile
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), 300);
  timer.unref();
  return () => clearInterval(timer);
}

async function filesIn(root: string): Promise<number> {
  let count = 0;
  for (const folder of ["/work", "/tmp", "/dev/shm", "/run"]) {
    const { files, ffree } = await statfs(root + folder);
    count += files - ffree;
  }
  return count;
}

async function memoryIn(root: string, limitMb: number): Promise<number> {
  const pids = (await readdir(`${root}/proc`)).filter((name) => /^\d+$/.test(name));
  const text = (pid: string, name: string): Promise<string> => readFile(`${root}/proc/${pid}/${name}`, "latin1").catch(() => "");
  const kb = (status: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  let resident = 0;
  let other = 0;
  const shared = new Map<string, number>();
  for (const pid of pids) {
    const status = await text(pid, "status");
    resident += kb(status, "VmRSS");
    other += kb(status, "VmPTE");
    // Shared anonymous memory keeps its pages when a process lets go of them (MADV_DONTNEED): what is mapped counts.
    if (kb(status, "VmSize") < limitMb) continue;
    for (const [, from = "", to = "", inode = ""] of (await text(pid, "maps")).matchAll(
      /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ (\d+) +\/dev\/zero \(deleted\)$/gm,
    ))
      shared.set(inode, Math.max(shared.get(inode) ?? 0, (Number.parseInt(to, 16) - Number.parseInt(from, 16)) / 2 ** 20));
  }
  for (const mb of shared.values()) other += mb;
  if (resident + other <= limitMb) return resident + other;
  let proportional = 0;
  for (const pid of pids) proportional += kb(await text(pid, "smaps_rollup"), "Pss");
  return proportional + other;
}
