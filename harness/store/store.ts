import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import { openBlobs } from "./blobs.ts";
import { type Claim, claimOwner, takeClaim } from "./claims.ts";
import { type ErrorLog, openErrorLog } from "./error-log.ts";
import { type Journals, openJournals } from "./journals.ts";
import { thisProcess } from "./process-identity.ts";
import { openUnits, type Units } from "./units.ts";

/** Everything under `<results>/.store`: shared by all experiments of one results folder. */
export interface Store {
  readonly root: string;
  readonly blobs: ReturnType<typeof openBlobs>;
  readonly units: Units;
  readonly errors: ErrorLog;
  readonly journals: Journals;
  claim(key: string): ReturnType<typeof takeClaim>;
}

/** Opens (and makes, when written to) the store below a results folder. Takes no lock. */
export function openStore(resultsDir: string): Store {
  const root = join(resultsDir, ".store");
  return {
    root,
    blobs: openBlobs(root),
    units: openUnits(root),
    errors: openErrorLog(root),
    journals: openJournals(root),
    claim: (key) => takeClaim(join(root, "claims", key.slice(0, 2), key)),
  };
}

const describe = (heldBy: { host: string; pid: number }): string =>
  heldBy.host === thisProcess.host ? `process ${heldBy.pid}` : `process ${heldBy.pid} on ${heldBy.host}`;

/** Locks one experiment's folder for one process. Throws a UsageError naming the holder. */
export async function lockExperiment(folder: string): Promise<Claim> {
  const taken = await takeClaim(join(folder, ".lock"));
  if ("heldBy" in taken)
    throw new UsageError(
      `${folder} is in use by ${describe(taken.heldBy)}; wait for it to finish, stop it, or choose another folder with --results`,
    );
  return taken;
}

/** Joins the store as one of many runs; refused while `gc` or `reindex` holds it alone. */
export async function shareStore(store: Store): Promise<Claim> {
  const mine = await takeClaim(join(store.root, "locks", `run-${thisProcess.pid}-${randomBytes(6).toString("hex")}`));
  if ("heldBy" in mine)
    throw new StoreError(
      `the store ${store.root} has a lock of this run already; remove ${join(store.root, "locks")} if no run is under way`,
    );
  // Written before it is looked for, on both sides: of a run and a cleaning that start together, at least one sees the other.
  const cleaner = await claimOwner(join(store.root, "locks", "alone"));
  if (cleaner !== undefined) {
    await mine[Symbol.asyncDispose]();
    throw new UsageError(`the store ${store.root} is being cleaned by ${describe(cleaner)}; try again when it has finished`);
  }
  return mine;
}

/** Holds the store alone, for cleaning. Throws a UsageError naming a running process. */
export async function holdStore(store: Store): Promise<Claim> {
  const alone = await takeClaim(join(store.root, "locks", "alone"));
  if ("heldBy" in alone)
    throw new UsageError(`the store ${store.root} is being cleaned by ${describe(alone.heldBy)}; wait for it to finish`);
  for (const name of await readdir(join(store.root, "locks"))) {
    if (!name.startsWith("run-")) continue;
    const file = join(store.root, "locks", name);
    const other = await claimOwner(file.replace(/\.\d+$/, ""));
    if (other !== undefined) {
      await alone[Symbol.asyncDispose]();
      throw new UsageError(`${describe(other)} is running an experiment on ${store.root}; wait for it to finish before cleaning`);
    }
    await rm(file, { force: true });
  }
  return alone;
}
