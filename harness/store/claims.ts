import { randomBytes } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensureDirectory } from "./durable.ts";
import { isAlive, type ProcessIdentity, processIdentitySchema, thisProcess } from "./process-identity.ts";

/** A file that says which process works on something. Released on dispose; what a dead process left is passed over. */
export interface Claim extends AsyncDisposable {
  readonly path: string;
}

async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return processIdentitySchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    // Claims are linked into place whole, so an unreadable one was damaged by something else: nobody can own it.
    return { host: thisProcess.host, boot: "damaged", pid: 0, start: "0" };
  }
}

/**
 * Takes the claim at `path`, or says who holds it. A claim is a row of files `path.0`, `path.1` …: each appears whole (written aside, then linked) and a
 * later one is only made when the owner of every earlier one is dead. Files of the dead are never removed while others may look (only `t2s store gc` does,
 * alone), so what one taker saw as dead stays as it is and no two can win: moving a stale file away instead would let a slow taker move a fresh one.
 */
export async function takeClaim(path: string): Promise<Claim | { readonly heldBy: ProcessIdentity }> {
  const folder = dirname(path);
  await ensureDirectory(folder);
  const temporary = join(folder, `.${process.pid}-${randomBytes(6).toString("hex")}`);
  const handle = await open(temporary, "wx");
  try {
    await handle.writeFile(JSON.stringify(thisProcess));
  } finally {
    await handle.close();
  }
  try {
    for (let generation = 0; ; ) {
      const file = `${path}.${generation}`;
      try {
        await link(temporary, file);
        return { path: file, [Symbol.asyncDispose]: () => unlink(file).catch(ignoreAbsent) };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const owner = await readOwner(file);
      if (owner === undefined) continue; // released just now: try the same file again
      if (isAlive(owner)) return { heldBy: owner };
      generation += 1;
    }
  } finally {
    await unlink(temporary).catch(ignoreAbsent);
  }
}

/** Who holds the claim at `path`; undefined when nobody alive does. */
export async function claimOwner(path: string): Promise<ProcessIdentity | undefined> {
  for (let generation = 0; ; generation += 1) {
    const owner = await readOwner(`${path}.${generation}`);
    if (owner === undefined || isAlive(owner)) return owner;
  }
}

/** Whether a claim file (with its generation) belongs to a process that is still alive. */
export async function isClaimAlive(file: string): Promise<boolean> {
  const owner = await readOwner(file);
  return owner !== undefined && isAlive(owner);
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
