import { z } from "zod";
import type { Agent, AgentInput, Blobs, Box, Model, Sandbox } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../core/json.ts";
import {
  type CallMeta,
  type FileRef,
  hashSchema,
  noUsage,
  type Rep,
  type RolloutResult,
  repSchema,
  rolloutResultSchema,
  type Submission,
  type Task,
  type TrajectoryRecord,
} from "../core/record.ts";
import { addUsage, factsOf, totalCost } from "../core/spending.ts";
import { FailedAttempt, type UnitKind, type UnitOutput } from "../engine/unit.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { type ArmRecord, armRecordSchema, publicTaskSchema } from "./arm.ts";
import { openArmBox } from "./open-arm-box.ts";

export const rolloutSpecSchema = z.strictObject({
  kind: z.literal("rollout"),
  rev: z.number().int(),
  arm: hashSchema,
  task: hashSchema,
  rep: repSchema,
  /** Blob of the notes text for this task, where the arm has notes. */
  notes: hashSchema.optional(),
});
export type RolloutSpec = z.infer<typeof rolloutSpecSchema>;

/** Bump when the same arm, task and rep would send other bytes to a model or a sandbox; the wire golden tells when. */
export const rolloutRev = 1;

export interface RolloutDeps {
  readonly blobs: Blobs;
  readonly sandbox: Sandbox;
  readonly agents: Readonly<Record<string, Agent>>;
  /** Resolves a model by the name in the arm; the endpoint is this process's own business. */
  readonly model: (name: string) => Model;
  /** What keys say of that model here. */
  readonly identity: (name: string) => unknown;
  /** Waits for a free sandbox slot. */
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The API seed of a rep: the seed itself for its first attempt and replica, else 31 bits of the rep's hash. */
export function apiSeed(rep: Rep): number {
  return rep.attempt === 0 && rep.replica === 0 ? rep.seed : Number.parseInt(hashJson(rep).slice(0, 8), 16) & 0x7fffffff;
}

/** One episode: open a sandbox, put the public files in, run the agent, harvest, destroy. Ground truth is not reachable from here. */
export function rolloutKind(deps: RolloutDeps): UnitKind<RolloutSpec, RolloutResult> {
  return {
    kind: "rollout",
    rev: rolloutRev,
    spec: rolloutSpecSchema,
    result: rolloutResultSchema,
    run: (spec, signal) => deps.slot(() => runEpisode(deps, spec, signal)),
  };
}

async function runEpisode(deps: RolloutDeps, spec: RolloutSpec, signal: AbortSignal): Promise<UnitOutput<RolloutResult>> {
  signal.throwIfAborted();
  const arm = armRecordSchema.parse(await readJsonBlob(deps.blobs, spec.arm));
  const seen = publicTaskSchema.parse(await readJsonBlob(deps.blobs, spec.task));
  const task: Task = { ...seen, id: spec.task, cluster: spec.task, flags: [], origin: {} };
  const agent = deps.agents[arm.agent.id];
  if (agent === undefined || agent.rev !== arm.agent.rev)
    throw new TypeError(`agent ${arm.agent.id} revision ${arm.agent.rev} is not in this program`);
  const model = deps.model(arm.model.name);
  // A result is stored under what its key says; another toolchain or model would be kept under a false name.
  if (arm.toolchain !== null && hashJson(arm.toolchain) !== hashJson(await deps.sandbox.manifest()))
    throw new UsageError(
      "this machine's sandbox has other tools than the plan was made for; plan and run on machines with equal toolchains (`t2s doctor`)",
    );
  if (hashJson(arm.model) !== hashJson(deps.identity(arm.model.name)))
    throw new UsageError(
      `model ${arm.model.name} is configured differently here than where the plan was made (revision, chat template or persona)`,
    );
  let calls: readonly CallMeta[] = [];
  let partial: TrajectoryRecord | undefined;
  try {
    await using box = await openArmBox(deps, arm, task, signal);
    const run = await agent.run(
      {
        task,
        prompts: await readPrompts(deps.blobs, arm.prompts),
        options: arm.agent.options,
        harvest: arm.harvest,
        skill: arm.skill === null ? undefined : { name: arm.skill.name, body: await readText(deps.blobs, arm.skill.body) },
        notes: await readNotes(deps.blobs, arm, spec),
        toolchain: arm.toolchain ?? undefined,
        model,
        sampling: arm.sampling,
        apiSeed: apiSeed(spec.rep),
        box,
        images: (hash) => deps.blobs.get(hash),
        keepImage: (png) => deps.blobs.put(png),
        signal,
      },
      (trajectory, soFar) => {
        partial = trajectory;
        calls = soFar;
      },
    );
    const submission = await harvest(deps.blobs, box, arm, run.exit, run.answer);
    return await finish(deps.blobs, run.trajectory, submission, run.calls);
  } catch (cause) {
    // What was seen before the failure is kept: an errored slot can still be looked into.
    const trajectory = partial === undefined ? undefined : await deps.blobs.put(Buffer.from(canonicalJson(partial))).catch(() => undefined);
    throw new FailedAttempt(cause, { costUsd: totalCost(calls), trajectory });
  }
}

async function readNotes(blobs: Blobs, arm: ArmRecord, spec: RolloutSpec): Promise<AgentInput["notes"]> {
  if ((arm.notes === undefined) !== (spec.notes === undefined))
    throw new TypeError("notes must stand in the arm and in the rollout, or in neither");
  if (arm.notes === undefined || spec.notes === undefined) return undefined;
  return { kind: arm.notes.kind, text: await readText(blobs, spec.notes) };
}

async function harvest(blobs: Blobs, box: Box, arm: ArmRecord, exit: Submission["exit"], answer: string | undefined): Promise<Submission> {
  const files: FileRef[] = [];
  const refused: { path: string; reason: string }[] = [];
  // A box that the agent's own command ended has nothing left to harvest; the task is then graded as missing its artifact.
  for (const { path, maxBytes } of exit === "sandbox-killed" ? [] : arm.harvest) {
    const got = await box.harvest(`/work/${path}`, maxBytes);
    if ("bytes" in got) files.push({ path, blob: await blobs.put(got.bytes), bytes: got.bytes.length });
    else if ("refused" in got) refused.push({ path, reason: got.refused });
  }
  return { answer, files, refused: refused.length > 0 ? refused : undefined, exit };
}

async function finish(
  blobs: Blobs,
  trajectory: TrajectoryRecord,
  submission: Submission,
  calls: readonly CallMeta[],
): Promise<UnitOutput<RolloutResult>> {
  const trajectoryBlob = await blobs.put(Buffer.from(canonicalJson(trajectory)));
  const usage = trajectory.steps.reduce((sum, step) => addUsage(sum, step.usage), noUsage);
  return {
    result: {
      submission,
      trajectory: trajectoryBlob,
      turns: trajectory.steps.at(-1)?.turn ?? 0,
      formatErrors: trajectory.steps.filter((step) => step.event === "format-error").length,
      usage,
    },
    blobs: [trajectoryBlob, ...submission.files.map((file) => file.blob), ...trajectory.steps.flatMap((step) => step.images ?? [])],
    calls: await blobs.put(Buffer.from(canonicalJson(calls))),
    ...factsOf(calls),
  };
}

async function readText(blobs: Blobs, hash: Hash): Promise<string> {
  return Buffer.from(await blobs.get(hash)).toString("utf8");
}

async function readPrompts(blobs: Blobs, prompts: Readonly<Record<string, Hash>>): Promise<Record<string, string>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(prompts).map(async ([name, hash]): Promise<[string, string]> => [name, await readText(blobs, hash)])),
  );
}
