import type { Blobs, Box, BoxProgram, Sandbox } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";
import { hashJson } from "../core/json.ts";
import type { FileRef, Task } from "../core/record.ts";
import type { ArmRecord } from "./arm.ts";

/** The box of an episode with the task's public files in it, the arm's skill at /skill and its program at /agent; for an arm without a sandbox, one that nothing can be done in. Throws SandboxError. */
export async function openArmBox(
  place: { readonly sandbox: Sandbox; readonly blobs: Blobs },
  arm: ArmRecord,
  task: Pick<Task, "files">,
  signal: AbortSignal,
): Promise<Box> {
  if (arm.box === null) return noBox;
  const skill = arm.skill === null ? undefined : await Promise.all(arm.skill.files.map((file) => readFile(file, place.blobs)));
  const program = arm.program === undefined ? undefined : boxProgram(arm.program.files, place.blobs);
  const box = await place.sandbox.open({ limits: arm.box, skill, program, signal });
  try {
    for (const file of task.files) await box.put(`/work/${file.path}`, await place.blobs.get(file.blob));
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error instanceof SandboxError ? error : new SandboxError("the task's files could not be put into the sandbox", { cause: error });
  }
}

/** A program's files as a box is shown them, read from the store when they are staged. */
export function boxProgram(files: readonly FileRef[], blobs: Pick<Blobs, "get">): BoxProgram {
  const read = () => Promise.all(files.map((file) => readFile(file, blobs)));
  return files.length === 0 ? {} : { files: { hash: hashJson(files), count: files.length, read } };
}

async function readFile(
  { path, blob, mode = 0o644 }: FileRef,
  blobs: Pick<Blobs, "get">,
): Promise<{ path: string; bytes: Uint8Array; mode: number }> {
  return { path, bytes: await blobs.get(blob), mode };
}

const none = (): never => {
  throw new TypeError("an agent without a sandbox asked for something to be done in it");
};
const noBox: Box = {
  exec: async () => none(),
  put: async () => none(),
  exists: async () => none(),
  harvest: async (path) => ({ path, missing: true }),
  [Symbol.asyncDispose]: async () => undefined,
};
