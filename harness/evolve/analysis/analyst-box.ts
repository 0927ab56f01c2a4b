import type { Blobs, Box, BoxLimits, Kit, Sandbox } from "../../core/contract.ts";
import { SandboxError } from "../../core/errors.ts";
import type { AnalysisCase } from "./analysis-case.ts";
import { renderLog } from "./render-log.ts";

interface Placed {
  /** Below /work. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode?: number;
}

/** The box an analyst works in, with everything of the episode in its place and the start skill at /skill. Throws SandboxError when it cannot be filled. */
export async function openAnalystBox(
  given: AnalysisCase,
  kit: Kit,
  place: { readonly sandbox: Sandbox; readonly blobs: Blobs; readonly limits: BoxLimits },
  signal: AbortSignal,
): Promise<Box> {
  const box = await place.sandbox.open({ limits: place.limits, skill: given.skill, signal });
  try {
    for (const { path, bytes, mode } of await analystFiles(given, kit, place.blobs)) await box.put(`/work/${path}`, bytes, mode);
    return box;
  } catch (cause) {
    await box[Symbol.asyncDispose]();
    throw cause instanceof SandboxError ? cause : new SandboxError("the episode's files could not be put into the sandbox", { cause });
  }
}

async function analystFiles({ task, trajectory, submission }: AnalysisCase, kit: Kit, blobs: Blobs): Promise<readonly Placed[]> {
  const files: Placed[] = [{ path: "log.md", bytes: Buffer.from(renderLog(trajectory, { withSystem: true })) }];
  for (const { path, blob } of task.files) files.push({ path, bytes: await blobs.get(blob) });
  for (const { path, blob } of submission.files) files.push({ path: `agent/${path}`, bytes: await blobs.get(blob) });
  if (submission.answer !== undefined) files.push({ path: "agent/answer.txt", bytes: Buffer.from(`${submission.answer}\n`) });
  for (const { turn, action, command } of trajectory.steps) {
    const ran = action?.arguments.command;
    if (command !== undefined && typeof ran === "string")
      files.push({ path: `agent/commands/${String(turn).padStart(2, "0")}.sh`, bytes: Buffer.from(`${ran}\n`) });
  }
  for (const { path, bytes, mode } of kit.files) files.push({ path: `kit/${path}`, bytes, mode });
  return files;
}

/** What lies where, for the analyst's first message: one line a place. */
export function describeBox({ task, submission, skill, trajectory }: AnalysisCase, kit: Kit): string {
  const handedIn = [
    ...submission.files.map(({ path }) => `agent/${path}`),
    ...(submission.answer === undefined ? [] : ["agent/answer.txt"]),
  ];
  const ran = trajectory.steps.some(({ command }) => command !== undefined);
  return [
    "- `log.md`: the log in full, with the agent's instructions",
    ...task.files.map(({ path }) => `- \`${path}\`: a file of the task, as the agent was given it`),
    ...handedIn.map((path) => `- \`${path}\`: what the agent handed in`),
    ...(handedIn.length === 0 ? ["- The agent handed in nothing."] : []),
    ...(submission.refused ?? []).map(({ path, reason }) => `- The agent's \`${path}\` was refused: ${reason}`),
    ...(ran ? ["- `agent/commands/`: the commands the agent ran, by turn; it ran them in `/work`"] : []),
    ...kit.files.map(({ path }) => `- \`kit/${path}\``),
    ...(skill.length > 0 ? ["", "The folder `/skill` holds the skill; a fix may use its scripts."] : []),
  ].join("\n");
}
