import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../core/errors.ts";
import { beside, newWriter, recoverFolder } from "./folder-leftovers.ts";
import { codeOf, makeFolder } from "./make-folder.ts";

/** Each failure means that another writer succeeded; more than this is no coincidence. */
const attempts = 200;

/**
 * Makes `target` a folder that `fill` writes, whole or not at all: it is filled beside `target` and renamed into its place, and what was there is removed. Parents are made.
 * Of several writers at once the last one wins. Between two renames the folder is missing; who is killed there leaves what was there beside it, and the next call, or
 * `recoverFolder`, moves it back. With `replace: false` a folder that is there, and not empty, is left as it is, and the answer is false.
 */
export async function swapFolder(
  target: string,
  fill: (fresh: string) => Promise<void>,
  { replace = true }: { readonly replace?: boolean } = {},
): Promise<boolean> {
  await makeFolder(path.dirname(target));
  await recoverFolder(target);
  const fresh = beside(target, newWriter(), "tmp");
  try {
    await mkdir(fresh);
    await fill(fresh);
    return replace ? await exchange(fresh, target) : await moveIn(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function exchange(fresh: string, target: string): Promise<true> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const old = beside(target, newWriter(), "old");
    const replaced = await moveAway(target, old);
    let done = false;
    try {
      done = await moveIn(fresh, target);
    } catch (error) {
      // Somebody else's folder in the place is as good as ours back.
      if (!replaced || !(await moveIn(old, target))) await rm(old, { recursive: true, force: true });
      throw error;
    }
    // Done, or another writer came in between: what was there is superseded either way.
    if (replaced) await rm(old, { recursive: true, force: true });
    if (done) return true;
  }
  throw new UsageError(`${target} is written by others over and over; end them, or choose another folder.`);
}

/** False when the place is taken. */
async function moveIn(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/** False when there is nothing to move. */
async function moveAway(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
