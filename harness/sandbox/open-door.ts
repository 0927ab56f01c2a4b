import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SandboxError } from "../core/errors.ts";
import { claimFolder, everybodyMayEnter } from "./own-folder.ts";

/** Where a box shows its door. */
export const DOOR = "/task";
/** Where a box shows the files of its program. */
export const PROGRAM = "/agent";

/** A folder of the host for one box alone: nobody but this user and the user of the box may enter it. */
export interface Door {
  readonly folder: string;
  /** Removes it with all that is in it; safe to call twice. */
  readonly remove: () => void;
}

/** Makes a door for a box whose processes have the id `uid` on the host. Throws SandboxError when that user could not be let in. */
export function openDoor(base: string, uid: number): Door {
  const own = process.getuid?.() ?? uid;
  if (own !== 0 && own !== uid)
    throw new SandboxError(
      `this sandbox runs programs as user ${uid} and you are user ${own}, so they could not be given a socket to the model; run as user ${uid} or root, or use bubblewrap`,
    );
  try {
    const folder = mkdtempSync(join(placeFor(base), "t2s-"));
    if (own === 0) chownSync(folder, uid, uid);
    chmodSync(folder, 0o700);
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
  } catch (cause) {
    throw new SandboxError("no folder could be made for the socket between a program and its model", { cause });
  }
}

/** Short, since the path of a Unix socket has at most 107 bytes; and root's boxes run as somebody else, who has to get there. */
function placeFor(base: string): string {
  if (process.getuid?.() !== 0 || everybodyMayEnter(tmpdir())) return tmpdir();
  const place = join(base, "doors");
  claimFolder(place);
  return place;
}
