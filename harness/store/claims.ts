import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensureDirectory } from "./durable.ts";
import { isAlive, type ProcessIdentity, processIdentitySchema, thisProcess } from "./process-identity.ts";

/** A file that says which process works on something. Released on dispose; one left by a dead process is taken over. */
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
 * Takes the claim file at `path`, or says who holds it. The file appears whole (written aside, then linked).
 * A stale file is moved away first under a name of our own, so that two takers cannot both delete a third one's fresh claim.
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
    for (;;) {
      try {
        await link(temporary, path);
        return { path, [Symbol.asyncDispose]: () => release(path) };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const owner = await readOwner(path);
      if (owner !== undefined && isAlive(owner)) return { heldBy: owner };
      if (owner !== undefined) await removeStale(path, owner);
    }
  } finally {
    await unlink(temporary);
  }
}

/** Who holds the claim file at `path`; undefined when nobody alive does. */
export async function claimOwner(path: string): Promise<ProcessIdentity | undefined> {
  const owner = await readOwner(path);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

async function removeStale(path: string, owner: ProcessIdentity): Promise<void> {
  const aside = `${path}.stale-${randomBytes(6).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  const moved = await readOwner(aside);
  // Between reading and renaming someone else may have taken over: then what we moved is alive and goes back.
  if (moved !== undefined && isAlive(moved) && JSON.stringify(moved) !== JSON.stringify(owner))
    await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

async function release(path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== undefined && JSON.stringify(owner) === JSON.stringify(thisProcess)) await unlink(path).catch(() => undefined);
}
