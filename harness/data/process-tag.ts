/** Names for files that belong to one running process, so that what a killed process left behind can be told from what is in use. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** `<pid>-<start>-<random>`: start is the kernel's start tick of the process on Linux, 0 elsewhere. */
export function newProcessTag(): string {
  return `${process.pid}-${startTick(process.pid) ?? 0}-${randomBytes(4).toString("hex")}`;
}

/** True when the process that made `tag` has ended. A malformed tag counts as ended. */
export function ownerIsGone(tag: string): boolean {
  const match = /^(\d+)-(\d+)-[0-9a-f]+$/.exec(tag);
  if (!match) return true;
  const pid = Number(match[1]);
  const start = Number(match[2]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const now = startTick(pid);
  return start !== 0 && now !== undefined && now !== start;
}

/** Field 22 of /proc/<pid>/stat; undefined where there is no such file. */
function startTick(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
  // The second field, the command name in parentheses, may hold blanks: count from its end.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}
