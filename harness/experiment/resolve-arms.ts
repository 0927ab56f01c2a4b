import { readFile } from "node:fs/promises";
import type { BoxLimits } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { canonicalJson, type Hash } from "../core/json.ts";
import type { FileRef, Sampling } from "../core/record.ts";
import { type ExperimentSpec, type LimitsSpec, type Role, usesModel } from "../core/spec.ts";
import { type ArmRecord, armKey } from "../evaluate/arm.ts";
import type { Skill } from "../skill/read-skill.ts";
import type { GuidedArm } from "./guidance.ts";
import type { ConfiguredModel, Parts } from "./parts.ts";
import type { ResolvedBenchmark, ResolvedTask } from "./resolve-tasks.ts";

/** One arm of one benchmark for one solver: a row-and-column of the table. */
export type ResolvedArm = {
  readonly name: string;
  readonly label: string;
  /** What guides the agent, for people: "none", "skill xlsx-human". */
  readonly guidance: string;
  readonly benchmark: ResolvedBenchmark;
  /** Name of an arm with the same key: measured once, shown as identical. */
  readonly identicalTo?: string;
} & (
  | {
      readonly kind: "react" | "command";
      readonly solver: string;
      readonly simulated: boolean;
      readonly key: Hash;
      readonly record: ArmRecord;
      /** Blob of the notes for a task, for arms whose guidance is notes. */
      readonly notesOf?: (task: ResolvedTask) => Hash;
    }
  | { readonly kind: "oracle" | "nop"; readonly solver: "-" }
);

/** An arm that is measured with a model. */
export type SolverArm = Extract<ResolvedArm, { readonly record: ArmRecord }>;
export const isSolverArm = (arm: ResolvedArm): arm is SolverArm => "record" in arm;

/** The sampling a role uses with a model: a named one of the model file, or one written in the experiment. */
export function samplingOf(
  experiment: Pick<ExperimentSpec, "roles">,
  configured: ConfiguredModel,
  role: Role = "rollout",
  wanted: string | Sampling = experiment.roles[role]?.sampling ?? "default",
): Sampling {
  if (typeof wanted !== "string") return wanted;
  const named = configured.spec.sampling[wanted];
  if (named === undefined)
    throw new UsageError(
      `model ${configured.spec.name} has no sampling "${wanted}" (roles.${role}.sampling); it has ${Object.keys(configured.spec.sampling).join(", ")}`,
    );
  return named;
}

/** Turns the arms of a config into records with keys. Throws UsageError for unknown models, broken skills and what a solver cannot do. */
export async function resolveArms(
  experiment: ExperimentSpec,
  guided: readonly GuidedArm[],
  benchmarks: readonly ResolvedBenchmark[],
  parts: Parts,
): Promise<ResolvedArm[]> {
  const arms: ResolvedArm[] = [];
  const nameOfKey = new Map<string, string>();
  for (const benchmark of benchmarks) {
    for (const one of guided) {
      const { arm } = one;
      const agent = arm.agent ?? experiment.agent;
      const common = { name: one.name, label: one.label, guidance: one.guidanceText, benchmark };
      if (!usesModel(agent)) {
        arms.push({ ...common, kind: agent.kind, solver: "-" });
        continue;
      }
      const solvers = arm.solvers ?? experiment.solvers;
      if (solvers.length === 0) throw new UsageError(`arm ${arm.name} has no model to be measured with; list one or more under solvers`);
      for (const solver of solvers) {
        const configured = parts.models.get(solver);
        if (configured === undefined)
          throw new UsageError(`solver ${solver} of arm ${arm.name} is not configured; add configs/models/${solver}.yaml`);
        const sampling = samplingOf(experiment, configured, "rollout", arm.sampling);
        const record = await armRecord(experiment, one, benchmark, configured, parts, sampling);
        const key = armKey(record);
        await parts.store.blobs.put(Buffer.from(canonicalJson(record)));
        const slot = `${benchmark.spec.id} ${benchmark.spec.split} ${key}`;
        const identicalTo = nameOfKey.get(slot);
        if (identicalTo === undefined) nameOfKey.set(slot, one.name);
        const notesOf = one.guidance.kind === "notes" ? one.guidance.textOf : undefined;
        arms.push({ ...common, kind: agent.kind, solver, simulated: configured.model.simulated, key, record, notesOf, identicalTo });
      }
    }
  }
  return arms;
}

/** The record of one arm with one solver, its prompts and skill stored. Throws UsageError for what the solver cannot do. */
export async function armRecord(
  experiment: ExperimentSpec,
  { arm, guidance }: Pick<GuidedArm, "arm" | "guidance">,
  benchmark: ResolvedBenchmark,
  configured: ConfiguredModel,
  parts: Parts,
  sampling: Sampling = samplingOf(experiment, configured),
): Promise<ArmRecord> {
  const agentSpec = arm.agent ?? experiment.agent;
  if (!usesModel(agentSpec)) throw new TypeError("armRecord: not an arm with a model");
  if (benchmark.tasks.some(({ task }) => task.needs.includes("vision")) && !configured.model.vision)
    throw new UsageError(
      `tasks of ${benchmark.spec.id} ${benchmark.spec.split} show images, but model ${configured.spec.name} has vision: false; use a vision model or set vision: true in its file`,
    );
  const sandboxed = agentSpec.kind === "command" || agentSpec.tools !== "none";
  if (!sandboxed && benchmark.tasks.some(({ task }) => task.needs.includes("shell")))
    throw new UsageError(
      `tasks of ${benchmark.spec.id} ${benchmark.spec.split} (form ${benchmark.form.id}) are solved with a shell, but arm ${arm.name} has agent.tools: none; use tools: bash or a form that is answered in text`,
    );
  const limits: LimitsSpec = { ...experiment.limits, ...arm.limits };
  const program =
    agentSpec.kind === "command"
      ? await storeProgram(agentSpec.files, { who: `arm ${arm.name} has a program of its own as its agent` }, parts)
      : undefined;
  const guided = { skill: guidance.kind === "skill", ...(guidance.kind === "notes" ? { notes: guidance.notes.kind } : {}) };
  const { agent, options, prompts } = parts.configureAgent(agentSpec, limits, guided, program?.paths);
  const { blobs } = parts.store;
  const stored: Record<string, Hash> = {};
  for (const [name, path] of Object.entries({ ...prompts, role: benchmark.form.role, task: benchmark.form.prompt }))
    stored[name] = await blobs.put(await readFile(path));
  return {
    v: 1,
    agent: { id: agent.id, rev: agent.rev, options },
    prompts: stored,
    skill: guidance.kind === "skill" ? await storeSkill(guidance.skill, parts) : null,
    ...(guidance.kind === "notes" ? { notes: guidance.notes } : {}),
    ...(program === undefined ? {} : { program: { files: program.files } }),
    model: configured.identity,
    sampling,
    box: sandboxed ? boxLimits(limits) : null,
    toolchain: sandboxed ? await parts.sandbox.manifest() : null,
    harvest: benchmark.form.harvest.map((file) => ({ ...file })),
  };
}

/** A program's files as records have them, stored, and their paths. `who`: begins the sentence that says whose program it is. Throws UsageError where no sandbox could hold it. */
export async function storeProgram(
  folder: string | undefined,
  about: { readonly who: string; readonly whose?: string },
  { sandbox, readProgram, store: { blobs } }: Pick<Parts, "sandbox" | "readProgram" | "store">,
): Promise<{ readonly files: FileRef[]; readonly paths: readonly string[] }> {
  if (sandbox.id === "none")
    throw new UsageError(
      `${about.who}, which needs a sandbox that can keep it to its task; use sandbox: bubblewrap or docker (\`t2s doctor\`)`,
    );
  const read = folder === undefined ? [] : await readProgram(folder, about.whose);
  const files: FileRef[] = [];
  for (const { path, bytes, mode } of read) files.push({ path, blob: await blobs.put(bytes), bytes: bytes.length, mode });
  return { files, paths: read.map(({ path }) => path) };
}

/** A skill as an arm record has it, its files stored. */
export async function storeSkill(skill: Skill, { store: { blobs } }: Pick<Parts, "store">): Promise<NonNullable<ArmRecord["skill"]>> {
  const files = await Promise.all(
    skill.files.map(async (file) => ({ path: file.path, blob: await blobs.put(file.bytes), bytes: file.bytes.length, mode: file.mode })),
  );
  return { name: skill.name, hash: skill.hash, body: await blobs.put(Buffer.from(skill.body)), files };
}

/** Limits of a sandbox that holds one agent for one episode. */
export function boxLimits(limits: LimitsSpec): BoxLimits {
  return {
    memoryMb: limits.memory_mb,
    diskMb: limits.disk_mb,
    processes: limits.processes,
    cpuSeconds: limits.cpu_seconds,
    outputBytes: limits.output_kb * 1024,
    // The agent ends an episode by its own clock; the box outlives it a little so that the harvest still works.
    wallSeconds: Math.ceil(limits.episode_minutes * 60) + 300,
  };
}
