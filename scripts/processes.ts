import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

// What scripts want to know of processes, from /proc.

const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/** Fields of /proc/PID/stat after the program's name; empty when the process is gone. */
const statOf = async (pid: number): Promise<string[]> =>
  (await read(`/proc/${pid}/stat`))
    .replace(/^.*\) /s, "")
    .trim()
    .split(" ");

/** A process and all its descendants that are alive. */
export async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc"))
    if (/^\d+$/.test(name)) parents.set(Number(name), Number((await statOf(Number(name)))[1] ?? 0));
  const family = [pid];
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child);
  return family;
}

/** CPU they have used, user and system, in milliseconds. */
export async function cpuMs(pids: readonly number[]): Promise<number> {
  const ticks = await Promise.all(pids.map(async (pid) => (await statOf(pid)).slice(11, 13).reduce((sum, n) => sum + Number(n), 0)));
  return 10 * ticks.reduce((sum, n) => sum + n, 0);
}

/** CPU that the whole machine has used since boot, in milliseconds. */
export async function busyMs(): Promise<number> {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    (await read("/proc/stat")).split("\n")[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return 10 * (user + nice + system + irq + softirq);
}

/** The most memory a living process has held (resident), in MB. */
export async function peakMb(pid: number): Promise<number> {
  return (Number(/^VmHWM:\s*(\d+)/m.exec(await read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024) / 1e6;
}

/** Kills a process that leads a group of its own, with everything in the group and below it, and waits until it is gone. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("close", done));
  for (const pid of await familyOf(child.pid)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
  await gone;
}

/** Has Ctrl-C end a script only after `cleanUp`, which must not wait for anything. */
export function onInterrupt(cleanUp: () => void): void {
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => {
      cleanUp();
      process.exit(130);
    });
}

/** Kills groups of processes at once. */
export function killGroups(leaders: readonly ChildProcess[]): void {
  for (const { pid } of leaders) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
