import type { Blobs, BoxLimits, CommandResult, Sandbox } from "../../core/contract.ts";
import { SandboxError } from "../../core/errors.ts";
import type { FileRef, Submission, Task } from "../../core/record.ts";
import type { ArmRecord } from "../../evaluate/arm.ts";
import { recalculate } from "../../evaluate/recalculate.ts";
import type { SkillFile } from "../../skill/read-directory.ts";

export interface FixPlace {
  readonly sandbox: Sandbox;
  readonly blobs: Blobs;
  readonly limits: BoxLimits;
  readonly runSeconds: number;
  /** The skill that the agent had, at its place; it is no secret. */
  readonly skill: readonly SkillFile[];
  readonly harvest: ArmRecord["harvest"];
  readonly recalculate: string | null;
}

/** What a fix handed in on one input, or what became of it instead, as a clause; `said` is the end of its error output. */
export type FixRun = { readonly submission: Submission } | { readonly failed: string; readonly said: string };

const saidChars = 1500;

/** Runs a script once, in a new box that holds the task's public files and nothing else. Throws what is infrastructure; whatever the script does is a result. */
export async function runFix(script: Uint8Array, task: Task, place: FixPlace, signal: AbortSignal): Promise<FixRun> {
  const { sandbox, blobs, runSeconds } = place;
  await using box = await sandbox.open({ limits: place.limits, skill: place.skill, signal });
  for (const file of task.files) await box.put(`/work/${file.path}`, await blobs.get(file.blob));
  await box.put("/work/fix.sh", script, 0o755);
  const ran = await box.exec("bash /work/fix.sh", { timeoutMs: runSeconds * 1000, signal });
  const trouble = troubleOf(ran, runSeconds);
  if (trouble !== undefined) return { failed: trouble, said: ran.stderr.trim().slice(-saidChars) };
  const files: FileRef[] = [];
  const refused: { path: string; reason: string }[] = [];
  for (const { path, maxBytes } of place.harvest) {
    const got = await box.harvest(`/work/${path}`, maxBytes);
    if ("refused" in got) refused.push({ path, reason: got.refused });
    else if ("bytes" in got) {
      const bytes = path.endsWith(".xlsx") && place.recalculate !== null ? await computed(got.bytes, place, signal) : got.bytes;
      files.push({ path, blob: await blobs.put(bytes), bytes: bytes.length });
    }
  }
  const first = place.harvest[0]?.path;
  const denied = refused.find(({ path }) => path === first);
  if (denied !== undefined) return { failed: `the file /work/${denied.path} it left was not taken: ${denied.reason}`, said: "" };
  if (!files.some(({ path }) => path === first))
    return { failed: `it ended without leaving a file /work/${first}`, said: ran.stderr.trim().slice(-saidChars) };
  return { submission: { files, ...(refused.length > 0 ? { refused } : {}), exit: "completed" } };
}

function troubleOf(ran: CommandResult, seconds: number): string | undefined {
  if (ran.boxDied !== undefined) return `it brought its sandbox down (${ran.boxDied})`;
  if (ran.timedOut) return `it had not ended after ${seconds} seconds`;
  if (ran.exitCode === null) return `it was killed by signal ${ran.signal ?? "unknown"}`;
  return ran.exitCode === 0 ? undefined : `it ended with exit code ${ran.exitCode}`;
}

/** A workbook as it is scored: recalculated, or as it is when LibreOffice cannot read it. */
async function computed(bytes: Uint8Array, { sandbox, recalculate: version }: FixPlace, signal: AbortSignal): Promise<Uint8Array> {
  const done = await recalculate(sandbox, bytes, { signal });
  if (!done.ok) return bytes;
  if (done.libreoffice !== version)
    throw new SandboxError(`fixes are to be recalculated with LibreOffice ${version}, this sandbox has ${done.libreoffice}`);
  return done.bytes;
}
