/** What a killed writer of a folder leaves beside it: `.<name>.<writer>.tmp`, half written, and `.<name>.<writer>.old`, what stood in the folder's place before. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { codeOf } from "./make-folder.ts";

const thisHost = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const ownStart = startTick(process.pid) ?? 0;

/** Nobody can ask whether a process of another host is alive; no write takes this long. */
const foreignMs = 10 * 60_000;

/** A name for this process and one write, that nobody else uses. */
export function newWriter(): string {
  return `${thisHost}-${process.pid}-${ownStart}-${randomBytes(6).toString("hex")}`;
}

/** Path beside a folder for what one writer needs there. */
export function beside(target: string, writer: string, kind: "tmp" | "old"): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${writer}.${kind}`);
}

/**
 * Puts right what writers that were killed left of a folder: when it is missing, the latest one set aside is moved back; everything else of theirs is removed. Nothing of
 * a living writer is touched, and nothing set aside is removed while the folder is missing. May run in many processes at once.
 */
export async function recoverFolder(target: string): Promise<void> {
  const left = await leftByTheDead(target);
  if (left.length === 0) return;
  if (!(await isThere(target))) for (const { file } of left.filter(({ isOld }) => isOld)) if (await moveTo(file, target)) break;
  const isWhole = await isThere(target);
  for (const { file, isOld } of left) if (isWhole || !isOld) await rm(file, { recursive: true, force: true });
}

interface Left {
  readonly file: string;
  readonly isOld: boolean;
  readonly movedAt: number;
}

/** Latest first. */
async function leftByTheDead(target: string): Promise<Left[]> {
  const [parent, prefix] = [path.dirname(target), `.${path.basename(target)}.`];
  const found: Left[] = [];
  for (const name of await namesIn(parent)) {
    // Writers of earlier versions have no host and no start time in their names.
    const match = /^(?:([0-9a-f]{8})-)?(\d+)(?:-(\d+))?-[0-9a-f]{12}\.(tmp|old)$/.exec(
      name.startsWith(prefix) ? name.slice(prefix.length) : "",
    );
    if (match === null) continue;
    const file = path.join(parent, name);
    const movedAt = await changedAt(file);
    if (movedAt === null) continue;
    const [, host = thisHost, pid, start = "0", kind] = match;
    const isDead = host === thisHost ? isGone(Number(pid), Number(start)) : Date.now() - movedAt > foreignMs;
    if (isDead) found.push({ file, isOld: kind === "old", movedAt });
  }
  return found.sort((a, b) => b.movedAt - a.movedAt);
}

/** Whether the process with this id and start tick (0: not known) has ended. */
function isGone(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
  const now = startTick(pid);
  return start !== 0 && now !== undefined && now !== start;
}

/** Field 22 of /proc/<pid>/stat; undefined where there is no such file. */
function startTick(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, the command name in parentheses, may hold blanks: count from its end.
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** False when the source is gone or the place is taken. */
async function moveTo(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return [];
    throw error;
  }
}

async function changedAt(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).ctimeMs;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  return (await changedAt(file)) !== null;
}
