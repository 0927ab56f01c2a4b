/** Failed answers in words, analysed by the simulated analyst and certified by taking the simulated solver back: over HTTP, through the real agent and the real analysis. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentPrompts } from "../../agent/agent-prompts.ts";
import { reactAgent } from "../../agent/react-agent.ts";
import { resolveReactOptions } from "../../agent/react-options.ts";
import type { Sandbox } from "../../core/contract.ts";
import type { AnalysisResult } from "../../core/evolution.ts";
import { canonicalJson, hashJson } from "../../core/json.ts";
import { type Submission, type TrajectoryRecord, taskSchema, trajectorySchema } from "../../core/record.ts";
import { limitsSpecSchema, modelSpecSchema, reactSpecSchema } from "../../core/spec.ts";
import { type ArmRecord, armKey } from "../../evaluate/arm.ts";
import { analysisSpec, analystRecord } from "../../evolve/analysis/analysis-record.ts";
import { analysisKind } from "../../evolve/analysis/analysis-unit.ts";
import { createModel } from "../../model/create-model.ts";
import { unsandboxed } from "../../sandbox/unsandboxed.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { openStore, type Store } from "../../store/store.ts";
import { createBrain } from "../brain.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { type SimulatedServer, startSimulatedServer } from "../server.ts";
import { shelfBench } from "../shelf-bench.fixture.ts";
import { rightAnswer, type ShelfTask, shelfMessage, shelfPicture, shelfTasks, shelfWorld } from "../shelf-world.fixture.ts";

const boxLimits = { memoryMb: 1024, diskMb: 64, processes: 64, cpuSeconds: 60, outputBytes: 65_536, wallSeconds: 120 };
const limits = limitsSpecSchema.parse({ max_turns: 24, command_timeout_s: 20 });
const certain = { insight: 1, over_attribution: 0, sloppy: 0, broken_report: 0, patience: 3 };
/** The solver springs everything; the analysts differ. */
const solver: PersonaChange = { rollout: { slip: { default: 1, traps: {} }, correction_adherence: 1 } };
const personas: Readonly<Record<string, PersonaChange>> = {
  solver,
  deaf: { rollout: { slip: { default: 1, traps: {} }, correction_adherence: 0 } },
  keen: { error_analyst: { agentic: certain } },
  blind: { error_analyst: { agentic: { ...certain, insight: 0 } } },
};

let root: string;
let store: Store;
let sandbox: Sandbox;
let server: SimulatedServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-restart-"));
  store = openStore(root);
  sandbox = await unsandboxed({});
  const served = new Map(Object.entries(personas).map(([name, change]) => [name, steadyPersona(change)]));
  server = await startSimulatedServer({ brain: createBrain({ personas: served, worlds: [shelfWorld] }) });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

interface Choice {
  readonly protocol?: "text" | "tools";
  readonly list?: "text" | "picture" | "file";
  readonly solver?: string;
  readonly analyst?: string;
  /** What becomes of the solver's trajectory before it is analysed. */
  readonly alter?: (trajectory: TrajectoryRecord) => TrajectoryRecord;
}

const put = (value: unknown) => store.blobs.put(Buffer.from(typeof value === "string" ? value : canonicalJson(value)));
const modelOf = (name: string) =>
  createModel(modelSpecSchema.parse({ name, provider: "simulated", persona: "p", vision: true, max_attempts: 2 }), {
    env: {},
    simulatedUrl: server.url,
  });

/** Plays the solver on the task, then analyses what came of it. */
async function failAndAnalyse(
  shelf: ShelfTask,
  choice: Choice = {},
): Promise<{ result: AnalysisResult; analyst: TrajectoryRecord; handedIn: string }> {
  const { protocol = "text", list = "text", solver: who = "solver" } = choice;
  const options = resolveReactOptions(reactSpecSchema.parse({ kind: "react", protocol }), limits);
  const texts: Record<string, string> = { role: "You are good with lists.", task: "{{text}}" };
  for (const [name, path] of Object.entries(agentPrompts(options, { skill: false }))) texts[name] = await readFile(path, "utf8");
  const picture = Buffer.from(shelfPicture(shelf));
  const lines = shelf.entries.map(([name, kilos]) => `${name}: ${kilos} kg`).join("\n");
  const task = taskSchema.parse({
    id: `shelf-${hashJson(shelf).slice(0, 8)}`,
    cluster: "shelf",
    form: "words",
    slots: { text: shelfMessage(shelf, list) },
    images: list === "picture" ? [await store.blobs.put(picture)] : [],
    files: list === "file" ? [{ path: "shelf.txt", blob: await put(lines), bytes: lines.length }] : [],
    needs: ["shell"],
    flags: [],
    origin: {},
  });
  const toolchain = await sandbox.manifest();
  const prompts: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) prompts[name] = await put(text);
  const arm: ArmRecord = {
    v: 1,
    agent: { id: reactAgent.id, rev: reactAgent.rev, options },
    prompts,
    skill: null,
    model: { name: who },
    sampling: {},
    box: boxLimits,
    toolchain,
    harvest: [],
  };
  const signal = new AbortController().signal;
  await using box = await sandbox.open({ limits: boxLimits });
  for (const { path, blob } of task.files) await box.put(`/work/${path}`, await store.blobs.get(blob));
  const images = (hash: string) => store.blobs.get(hash);
  const given = {
    task,
    prompts: texts,
    options,
    harvest: [],
    toolchain,
    model: modelOf(who),
    sampling: {},
    apiSeed: 41,
    box,
    images,
    keepImage: async () => "",
    signal,
  };
  const run = await reactAgent.run(given, () => {});
  const trajectory = trajectorySchema.parse(choice.alter?.(run.trajectory) ?? run.trajectory);
  const submission: Submission = { answer: run.answer, files: [], exit: run.exit };
  await put(arm);
  const analystOptions = resolveReactOptions(reactSpecSchema.parse({ kind: "react" }), limits);
  const { key: analyst } = await analystRecord(store.blobs, {
    agent: {
      agent: reactAgent,
      options: analystOptions,
      prompts: agentPrompts(analystOptions, { skill: false }),
    },
    identity: { name: choice.analyst ?? "keen" },
    sampling: {},
    box: boxLimits,
    toolchain,
    maxLessons: 3,
    runSeconds: 10,
  });
  const sealed = { files: [], fields: { answer: rightAnswer(shelf) } };
  const spec = await analysisSpec(store.blobs, {
    benchmark: "shelf",
    scorer: { id: "last", rev: 1, toolchain: hashJson({ reader: "shelf" }) },
    recalculate: null,
    task: await put(task),
    sealed: await put(sealed),
    trajectory: await put(trajectory),
    submission,
    solverArm: armKey(arm),
    rechecks: [],
    skill: [],
    analyst,
    seed: 41,
  });
  const kind = analysisKind({
    blobs: store.blobs,
    sandbox,
    agents: { react: reactAgent },
    benchmarks: { shelf: shelfBench },
    model: modelOf,
    identity: (name) => ({ name }),
    slot: (work) => work(),
  });
  const { result } = await kind.run(spec, signal);
  return { result, analyst: trajectorySchema.parse(await readJsonBlob(store.blobs, result.trajectory ?? "")), handedIn: run.answer ?? "" };
}

const [stretch, weight] = shelfTasks(2) as [ShelfTask, ShelfTask];
const lessonsOf = ({ outcome }: AnalysisResult) => [
  ...plantedLessonsIn(
    shelfWorld,
    outcome.lessons
      .filter((l) => l.type === "failure-lesson")
      .map((l) => `- ${l.title}. ${l.content}`)
      .join("\n"),
  ).keys(),
];
const reviews = (analyst: TrajectoryRecord) => analyst.steps.map((s) => s.observation ?? "").filter((o) => o.startsWith("[Review]"));

describe("the failure analyst of tasks that end in words", () => {
  it.each([
    ["text", "text"],
    ["tools", "text"],
    ["text", "picture"],
    ["tools", "file"],
    ["text", "file"],
  ] as const)("proves its cause by a restart that the solver heeds (protocol %s, list in a %s)", async (protocol, list) => {
    const { result, analyst } = await failAndAnalyse(stretch, { protocol, list });
    expect(result.outcome).toMatchObject({ state: "accepted", certified: { rechecks: 0 } });
    expect(lessonsOf(result)).toEqual(["shelf-count-both-ends"]);
    expect(analyst.steps.map((s) => s.command?.exitCode)).toEqual(list === "file" ? [1, 0, 0, 0, undefined] : [1, 0, 0, undefined]);
    const restart = JSON.parse(
      Buffer.from(await store.blobs.get(result.outcome.state === "accepted" ? (result.outcome.certified?.fix ?? "") : "")).toString("utf8"),
    ) as { turn: number };
    expect(restart.turn).toBe(list === "file" ? 2 : 1);
  });

  it("names every cause that is needed", async () => {
    const { result } = await failAndAnalyse(weight);
    expect(result.outcome.state).toBe("accepted");
    expect(lessonsOf(result).sort()).toEqual(["shelf-leave-total-out", "shelf-number-alone"]);
  });

  it("tries other causes and gives up when the solver does not come to the right answer", async () => {
    const deaf = await failAndAnalyse(stretch, { solver: "deaf" });
    expect(deaf.result.outcome).toMatchObject({ state: "rejected", reason: "fix-failed" });
    expect(reviews(deaf.analyst)[0]).toContain("taken back to turn 1 with your correction");
    expect(deaf.analyst.steps.filter((s) => s.action?.arguments.command?.toString().includes("report.json")).length).toBe(3);
    const blind = await failAndAnalyse(weight, { analyst: "blind" });
    expect(blind.result.outcome).toMatchObject({ state: "rejected" });
  });

  it("has no diagnosis without the working in the log", async () => {
    const { result } = await failAndAnalyse(stretch, {
      alter: (trajectory) => ({
        ...trajectory,
        steps: trajectory.steps.map((step) => ({ ...step, reply: `${step.reply.split("\n").slice(-2).join("\n")}` })),
      }),
    });
    expect(result.outcome.state).toBe("rejected");
    expect(lessonsOf(result)).toEqual([]);
  });
});
