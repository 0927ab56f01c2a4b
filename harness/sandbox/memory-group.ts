import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A cgroup around each box: an outer bound on memory and processes that nothing inside can dodge (kernel memory, files, pipes and sockets count).
 * Only root can usually make one; without it the box relies on rlimits, capped file systems, the supervisor's watch and oom_score_adj.
 */
export interface GroupParent {
  readonly version: 1 | 2;
  /** Folders to make a group in: one for each controller of version 1, the one hierarchy of version 2. */
  readonly folders: readonly string[];
}

export interface Group {
  /** Moves processes (host numbers) in; what they start later is born inside. */
  readonly add: (pids: readonly number[]) => Promise<void>;
  /** Removes the group once it is empty; one that stays busy is left for `sweepGroups`. */
  readonly remove: () => Promise<void>;
}

const PREFIX = "t2s-";

/** Where this process may make groups bounding memory and processes, or undefined. `root` is the mount point, /sys/fs/cgroup. */
export function findGroupParent(root = "/sys/fs/cgroup", ownGroups = readOwnGroups()): GroupParent | undefined {
  const unified = join(root, "cgroup.subtree_control");
  if (existsSync(unified)) {
    const enabled = readFileSync(unified, "utf8").trim().split(/\s+/);
    return enabled.includes("memory") && enabled.includes("pids") && writable(root) ? { version: 2, folders: [root] } : undefined;
  }
  const folders = ["memory", "pids"].map((controller) => join(root, controller, ownGroups.get(controller) ?? ""));
  return folders.every((folder) => existsSync(join(folder, "cgroup.procs")) && writable(folder)) ? { version: 1, folders } : undefined;
}

/** Like `findGroupParent`, tried out, after removing what killed harness processes left behind. */
export async function usableGroupParent(): Promise<GroupParent | undefined> {
  const parent = findGroupParent();
  if (parent === undefined) return undefined;
  try {
    sweepGroups(parent);
    await (await makeGroup(parent, "probe", 64, 16)).remove();
    return parent;
  } catch {
    return undefined; // not allowed after all: the box does without, as it does for ordinary users
  }
}

/** Makes a group with these bounds; throws what the kernel says when it refuses. */
export async function makeGroup(parent: GroupParent, name: string, memoryMb: number, processes: number): Promise<Group> {
  const folders = parent.folders.map((folder) => join(folder, `${PREFIX}${process.pid}-${name}`));
  const bytes = String(memoryMb * 1024 * 1024);
  const remove = async (): Promise<void> => {
    for (const folder of folders) await removeWhenEmpty(folder);
  };
  try {
    for (const folder of folders) mkdirSync(folder);
    for (const folder of folders) {
      for (const [file, value] of [
        [parent.version === 1 ? "memory.limit_in_bytes" : "memory.max", bytes],
        ["memory.swap.max", "0"],
        ["memory.oom.group", "0"],
        ["pids.max", String(processes)],
      ] as const)
        if (existsSync(join(folder, file))) await writeFile(join(folder, file), value);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async add(pids) {
      for (const folder of folders) for (const pid of pids) await addProcess(folder, pid);
    },
    remove,
  };
}

/** Removes groups left by harness processes that are gone (a `kill -9`). Groups in use cannot be removed, so a wrong guess does no harm. */
export function sweepGroups(parent: GroupParent): void {
  for (const folder of parent.folders) {
    for (const name of readdirSync(folder)) {
      const pid = /^t2s-(\d+)-/.exec(name)?.[1];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      try {
        rmdirSync(join(folder, name));
      } catch {
        // still busy, or removed by another harness process at the same time
      }
    }
  }
}

/** The processes below `pid`, by /proc; empty where the kernel does not list children. */
export function descendants(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  try {
    const children = readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return []; // ended between the two calls
  }
}

async function addProcess(folder: string, pid: number): Promise<void> {
  try {
    await writeFile(join(folder, "cgroup.procs"), String(pid));
  } catch (error) {
    // A short-lived helper of the start script may end before it is moved.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function removeWhenEmpty(folder: string): Promise<void> {
  // Killed processes leave their group a moment after their parent is told.
  for (const waitMs of [0, 5, 20, 100, 500]) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      rmdirSync(folder);
      return;
    } catch {
      if (!existsSync(folder)) return;
    }
  }
}

function readOwnGroups(): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  if (!existsSync("/proc/self/cgroup")) return groups;
  for (const line of readFileSync("/proc/self/cgroup", "utf8").split("\n")) {
    const [, controllers = "", path = ""] = line.split(":");
    for (const controller of controllers.split(",")) groups.set(controller, path);
  }
  return groups;
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
