import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Form } from "../core/contract.ts";
import { canonicalJson, type Hash, hashJson, isJson, type Json, sha256 } from "../core/json.ts";
import { type CardTasks, mixOf, type ProtocolCard } from "../core/protocol-card.ts";
import type { ArmSpec, ExperimentSpec, Role } from "../core/spec.ts";
import { playRole } from "./evolution/author-roles.ts";
import { rolesOf } from "./evolution/roles-of.ts";
import { resolveSettings, type TrajectorySpec } from "./evolution/settings.ts";
import { programFiles } from "./evolution/step-programs.ts";
import { isLearned } from "./guidance.ts";
import type { Parts } from "./parts.ts";
import { isSolverArm, type SolverArm } from "./resolve-arms.ts";
import type { Resolved } from "./resolve-experiment.ts";
import { type ResolvedBenchmark, resolveBenchmark } from "./resolve-tasks.ts";
import { attemptsOf } from "./slots.ts";

/** The protocol card of a resolved experiment, learned arms included. Loads the splits that skills are learned from and hashes every prompt; calls no model. */
export async function makeProtocolCard(resolved: Resolved, parts: Parts): Promise<ProtocolCard> {
  const { spec } = resolved;
  const measured = resolved.arms.filter(isSolverArm);
  const learned = spec.arms.flatMap((arm) => trajectoriesOf(arm).map((guidance) => ({ arm, guidance })));
  const sources = await learnedFrom(spec, learned, parts);
  const solvers = [...new Map(measured.map((arm) => [arm.solver, arm])).values()];
  const [boxed] = measured.filter((arm) => arm.record.toolchain !== null);
  const tasks = [...resolved.benchmarks, ...sources];
  return {
    v: 1,
    experiment: spec.name,
    measured: await Promise.all(
      resolved.benchmarks.map(async (one) => ({
        ...(await tasksOf(one)),
        subset: one.subset ?? null,
        chosen: one.spec.limit !== undefined || one.spec.tasks !== undefined ? "by-hand" : one.subset === undefined ? "all" : "seeded",
        attempts: attemptsOf(spec, one.spec),
        recalculate: one.recalculate,
        scorer: one.primary,
        scorers: one.scorers.map((scorer) => ({ ...scorer })),
      })),
    ),
    learnedFrom: await Promise.all(sources.map(tasksOf)),
    arms: await Promise.all(spec.arms.map((arm) => armOf(arm, resolved, measured, parts))),
    solvers: solvers.map(({ solver, record, simulated }) => ({
      name: solver,
      identity: asJson(record.model),
      sampling: record.sampling,
      simulated,
    })),
    roles: rolesPlayed(spec, learned, parts),
    agents: agentsOf(measured),
    prompts: { ...agentPrompts(measured), ...(learned.length === 0 ? {} : await learningPrompts()) },
    seeds: { rollout: [...spec.seeds.rollout], evolution: learned.length === 0 ? [] : [...spec.seeds.evolution] },
    replicas: spec.replicas,
    sandbox: parts.sandbox.id,
    toolchain: asJson(boxed?.record.toolchain ?? null),
    simulated: {
      models: [...parts.models.values()]
        .filter(({ model }) => model.simulated)
        .map(({ model }) => model.name)
        .sort(),
      tasks: [...new Set(tasks.filter(({ split }) => split.synthetic).map(({ benchmark, split }) => `${benchmark.id} ${split.id}`))].sort(),
    },
    made: { version: parts.version, commit: parts.commit ?? null, node: process.version },
  };
}

/** Guidance that goes through trajectories; controls are made from another arm's. */
function trajectoriesOf({ guidance }: ArmSpec): TrajectorySpec[] {
  return isLearned(guidance) && guidance.kind !== "irrelevant" && guidance.kind !== "shuffled" ? [guidance] : [];
}

type Learned = { readonly arm: ArmSpec; readonly guidance: TrajectorySpec };

async function learnedFrom(spec: ExperimentSpec, learned: readonly Learned[], parts: Parts): Promise<ResolvedBenchmark[]> {
  const wanted = new Map<string, { id: string; split: string; limit: number | undefined }>();
  for (const { arm, guidance } of learned) {
    const { benchmark, split, limit, records } = resolveSettings(spec, arm.name, guidance);
    if (records === undefined) wanted.set(JSON.stringify([benchmark, split, limit ?? null]), { id: benchmark, split, limit });
  }
  const sources: ResolvedBenchmark[] = [];
  for (const { id, split, limit } of wanted.values()) {
    const { form, scorer, scorers, recalculate = "none" } = spec.benchmarks.find((one) => one.id === id) ?? {};
    sources.push(await resolveBenchmark({ id, split, form, scorer, scorers, recalculate, limit }, parts));
  }
  return sources;
}

async function tasksOf({ benchmark, split, form, dataDigest, tasks }: ResolvedBenchmark): Promise<CardTasks> {
  return {
    benchmark: benchmark.id,
    rev: benchmark.rev,
    split: split.id,
    form: form.id,
    synthetic: split.synthetic,
    data: dataDigest,
    prompts: await formPrompts(form),
    mix: mixOf(tasks.map(({ task }) => task)),
  };
}

const formPrompts = async ({ prompt, role }: Form): Promise<Record<string, Hash>> => ({
  prompt: await hashFile(prompt),
  role: await hashFile(role),
});

async function armOf(
  arm: ArmSpec,
  { arms, spec }: Resolved,
  measured: readonly SolverArm[],
  parts: Parts,
): Promise<ProtocolCard["arms"][number]> {
  const own = measured.find(({ name }) => name === arm.name);
  const [guidance] = trajectoriesOf(arm);
  const settings = guidance === undefined ? undefined : resolveSettings(spec, arm.name, guidance);
  const start = settings === undefined || typeof settings.start === "string" ? undefined : await parts.readSkill(settings.start.skill);
  return {
    name: arm.name,
    guidance: arms.find(({ name }) => name === arm.name)?.guidance ?? "not learned yet",
    skill: own?.record.skill?.hash ?? null,
    start: start?.hash ?? null,
    // How many analyses are under way at once changes no result.
    learning:
      settings === undefined
        ? null
        : asJson({
            ...guidance,
            ...settings,
            analysts: { ...settings.analysts, concurrency: undefined },
            ...(await programFiles(settings, parts)),
          }),
  };
}

function rolesPlayed(spec: ExperimentSpec, learned: readonly Learned[], parts: Parts): Record<string, string[]> {
  const played = new Map<Role, Set<string>>();
  for (const { arm, guidance } of learned) {
    const settings = resolveSettings(spec, arm.name, guidance);
    for (const role of rolesOf(guidance, settings)) {
      const { identity, sampling } = playRole(spec, settings, role, parts);
      played.set(role, (played.get(role) ?? new Set()).add(`${identity.name}, ${canonicalJson(sampling)}`));
    }
  }
  return Object.fromEntries([...played].sort(([a], [b]) => (a < b ? -1 : 1)).map(([role, who]) => [role, [...who].sort()]));
}

function agentsOf(measured: readonly SolverArm[]): ProtocolCard["agents"] {
  const agents = measured.map(({ record: { agent, box, program } }) => {
    const turns = isRecord(agent.options) ? agent.options.max_turns : undefined;
    return {
      id: agent.id,
      rev: agent.rev,
      maxTurns: typeof turns === "number" ? turns : null,
      // Two programs with equal settings are two agents.
      options: program === undefined || !isRecord(agent.options) ? agent.options : { ...agent.options, files: hashJson(program.files) },
      limits: asJson(box),
    };
  });
  return [...new Map(agents.map((agent) => [canonicalJson(agent), agent])).values()];
}

const isRecord = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function agentPrompts(measured: readonly SolverArm[]): Record<string, Hash> {
  const named = measured.flatMap(({ record }) => Object.entries(record.prompts));
  return Object.fromEntries(named.map(([name, hash]): [string, Hash] => [`agent/${name}`, hash]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const evolveFolder = path.resolve(import.meta.dirname, "../evolve");

/** Every prompt of learning: which of them are used hangs on what happens. */
async function learningPrompts(): Promise<Record<string, Hash>> {
  const files = (await readdir(evolveFolder, { recursive: true })).filter((file) => file.split(path.sep).at(-2) === "prompts").sort();
  const named = await Promise.all(
    files.map(async (file): Promise<[string, Hash]> => {
      const name = file.split(path.sep).join("/").replace("/prompts/", "/").replace(/\.md$/, "");
      return [`evolve/${name}`, await hashFile(path.join(evolveFolder, file))];
    }),
  );
  return Object.fromEntries(named);
}

const hashFile = async (file: string): Promise<Hash> => sha256(await readFile(file));

/** Plain data as it comes back from a file. */
function asJson(value: unknown): Json {
  const parsed: unknown = JSON.parse(JSON.stringify(value));
  if (!isJson(parsed)) throw new TypeError("makeProtocolCard: a part of the card is no JSON");
  return parsed;
}
