import { lstat, lutimes } from "node:fs/promises";
import { dirname } from "node:path";
import { ZodError } from "zod";
import { messageOf, StoreError } from "../core/errors.ts";
import { ensureDirectory, onDisk } from "./durable.ts";
import { readFile, readlink, symlink, unlink } from "./files.ts";
import { heartbeatMs, isAlive, type ProcessIdentity, processIdentitySchema, thisProcess } from "./process-identity.ts";

/** A file that says which process works on something. Released on dispose; what a dead process left is passed over. */
export interface Claim extends AsyncDisposable {
  readonly path: string;
}

/** Files this process holds; their times are its sign of life for other hosts that share the folder. */
const held = new Set<string>();
let beating = false;

function hold(file: string): Claim {
  held.add(file);
  if (!beating) {
    beating = true;
    setInterval(() => {
      const now = new Date();
      for (const one of held) lutimes(one, now, now).catch(() => undefined); // a missed beat is made good by the next
    }, heartbeatMs).unref();
  }
  return {
    path: file,
    async [Symbol.asyncDispose]() {
      held.delete(file);
      await unlink(file).catch(ignoreAbsent);
    },
  };
}

interface Owner {
  readonly identity: ProcessIdentity;
  readonly alive: boolean;
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const identity = processIdentitySchema.parse(JSON.parse(await readClaim(path)));
    const silentMs = identity.host === thisProcess.host ? 0 : Date.now() - (await lstat(path)).mtimeMs;
    return { identity, alive: isAlive(identity, silentMs) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    // Claims appear whole, so one that is not JSON of the right shape was damaged by something else: nobody can own it.
    if (!(error instanceof SyntaxError || error instanceof ZodError))
      throw new StoreError(`claim ${path} cannot be read (${messageOf(error)}); give this user access to the results folder`, {
        cause: error,
      });
    return { identity: { host: thisProcess.host, boot: "damaged", pid: 0, start: "0" }, alive: false };
  }
}

/** A copied store may hold claims as plain files. */
async function readClaim(path: string): Promise<string> {
  return readlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EINVAL") return readFile(path, "utf8");
    throw error;
  });
}

/**
 * Takes the claim at `path`, or says who holds it. A claim is a row of symbolic links `path.0`, `path.1` …, whose target is the owner's identity and no file: a link
 * appears whole and only where there is none, in one step and without anything to be written aside. A later one is only made when the owner of every earlier one is
 * dead. Those of the dead are never removed while others may look (only `t2s store gc` does, alone), so what one taker saw as dead stays as it is and no two can win:
 * moving a stale one away instead would let a slow taker move a fresh one.
 */
export async function takeClaim(path: string): Promise<Claim | { readonly heldBy: ProcessIdentity }> {
  const identity = JSON.stringify(thisProcess);
  await onDisk(path, () => ensureDirectory(dirname(path)));
  for (let generation = 0; ; ) {
    const file = `${path}.${generation}`;
    if (await makeLink(identity, file)) return hold(file);
    const owner = await readOwner(file);
    if (owner === undefined) continue; // released just now: try the same one again
    if (owner.alive) return { heldBy: owner.identity };
    generation += 1;
  }
}

/** False when something of that name is there. */
async function makeLink(target: string, file: string): Promise<boolean> {
  return onDisk(file, async () => {
    try {
      await symlink(target, file);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  });
}

/** Who holds the claim at `path`; undefined when nobody alive does. */
export async function claimOwner(path: string): Promise<ProcessIdentity | undefined> {
  for (let generation = 0; ; generation += 1) {
    const owner = await readOwner(`${path}.${generation}`);
    if (owner === undefined || owner.alive) return owner?.identity;
  }
}

/** Whether a claim file (with its generation) belongs to a process that is still alive. */
export async function isClaimAlive(file: string): Promise<boolean> {
  const owner = await readOwner(file);
  return owner?.alive === true;
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
