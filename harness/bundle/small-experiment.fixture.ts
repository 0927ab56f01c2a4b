/** A results folder with one small experiment in it, made without running anything: real store, real units, a real evolution, real tables. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../core/contract.ts";
import type { Lineage, MergeTree, SkillPatch, TracedEdit } from "../core/evolution.ts";
import { canonicalJson, type Hash, hashJson } from "../core/json.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import { type LedgerEpisode, noUsage, type Submission, type Task, type TrajectoryRecord } from "../core/record.ts";
import type { Sealed } from "../core/sealed.ts";
import { type ArmRecord, armKey } from "../evaluate/arm.ts";
import { buildCoverage } from "../evolve/artifacts/build-coverage.ts";
import { buildLineage } from "../evolve/artifacts/build-lineage.ts";
import { writeEvolution } from "../evolve/artifacts/write-evolution.ts";
import { type LockFile, lockFileSchema, writeLockFile } from "../experiment/lock-file.ts";
import { buildReport } from "../report/build-report.ts";
import { planDesign } from "../report/generate-ledger.fixture.ts";
import { writeReport } from "../report/write-report.ts";
import { applyEdits } from "../skill/edit/apply-edits.ts";
import { diffSkills } from "../skill/edit/diff-skills.ts";
import { skillOf } from "../skill/edit/edits.fixture.ts";
import type { SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";
import { appendLedger, isMeasured } from "../store/ledger.ts";
import { openStore, type Store } from "../store/store.ts";

export const experimentName = "small";
const solver = "m";
const tasks = 6;

export const taskOf = (i: number): Task => ({
  id: `t${i}`,
  cluster: `c${i}`,
  form: "text",
  slots: { question: `What is ${i} + 1, counted on the abacus of house ${i}17 by the eldest there?` },
  images: [],
  files: [],
  needs: [],
  flags: [],
  origin: {},
});
export const sealedOf = (i: number): Sealed => ({ files: [], fields: { answer: String(i + 1) } });

/** The benchmark the experiment was measured on. `answers`: what its data says is right, by task. */
export function smallBenchmark(answers: (i: number) => string = (i) => String(i + 1)): Benchmark {
  return {
    id: "bench",
    rev: 1,
    title: "Bench",
    forms: { text: { id: "text", prompt: "/p", role: "/r", harvest: [] } },
    splits: [{ id: "sample", label: "Sample", synthetic: true }],
    defaultScorer: "strict",
    scorers: {
      strict: {
        id: "strict",
        rev: 1,
        metrics: [{ name: "accuracy", over: "episode", label: "Accuracy" }],
        toolchain: async () => ({}),
        score: async (_task, sealed, submission) => {
          const passed = submission.answer === sealed.fields.answer;
          return { state: "graded", score: { scorer: "strict", value: Number(passed), passed } };
        },
      },
    },
    async *load() {
      for (let i = 0; i < tasks; i++) yield taskOf(i);
    },
    seal: async (task) => ({ files: [], fields: { answer: answers(Number(task.id.slice(1))) } }),
    oracle: () => ({ files: [], exit: "oracle" }),
    nop: () => ({ files: [], exit: "nop" }),
  };
}

const startSkill = skillOf({ "SKILL.md": "# Sums\n\nAdd the numbers.\n\n## Checks\n\nLook twice.\n" });

const leaf = (id: string, task: string): TracedEdit => ({
  id,
  edit: { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "Count the carry <b>always</b>." },
  leaves: [id],
  tasks: [task],
});

async function armOf(store: Store, name: string, files: readonly SkillFile[] | null): Promise<ArmRecord> {
  const put = (bytes: Uint8Array | string): Promise<Hash> => store.blobs.put(Buffer.from(bytes));
  const skill =
    files === null
      ? null
      : {
          name,
          hash: skillHash(files),
          body: await put("body"),
          files: await Promise.all(
            files.map(async ({ path, bytes, mode }) => ({ path, blob: await put(bytes), bytes: bytes.length, mode })),
          ),
        };
  return {
    v: 1,
    agent: { id: "react", rev: 1, options: {} },
    prompts: { task: await put("Solve {{question}}") },
    skill,
    model: { name: solver },
    sampling: {},
    box: null,
    toolchain: null,
    harvest: [],
  };
}

/** `said`: what an episode's steps say, for hostile texts. */
export async function writeSmallExperiment(
  resultsDir: string,
  said = "Thinking.",
): Promise<{ readonly dir: string; readonly lock: LockFile }> {
  const store = openStore(resultsDir);
  const dir = join(resultsDir, experimentName);
  await mkdir(dir, { recursive: true });
  const put = (value: unknown): Promise<Hash> => store.blobs.put(Buffer.from(canonicalJson(value)));
  const toolchain = hashJson({});
  const episode = async (arm: string, record: ArmRecord, i: number, passed: boolean, purpose?: "evolve"): Promise<LedgerEpisode> => {
    const task = taskOf(i);
    const rep = { seed: 41, attempt: 0, replica: 0 };
    const trajectory: TrajectoryRecord = {
      v: 1,
      agent: "react",
      system: "You add.",
      user: task.slots.question ?? "",
      steps: [
        {
          turn: 1,
          thought: said,
          reply: `${said}\nAction: {"name":"bash"}`,
          action: { tool: "bash", arguments: { command: `echo ${i}` } },
          observation: said,
          finishReason: "stop",
          usage: { ...noUsage, calls: 1, promptTokens: 10, completionTokens: 5 },
        },
        {
          turn: 2,
          reply: "ACTION: TASK_COMPLETE",
          event: "completed",
          finishReason: "stop",
          usage: { ...noUsage, calls: 1, promptTokens: 20, completionTokens: 3 },
        },
      ],
      exit: "completed",
    };
    const submission: Submission = { answer: passed ? String(i + 1) : "42", files: [], exit: "completed" };
    const usage = { calls: 2, promptTokens: 30, completionTokens: 8, reasoningTokens: 0, cachedTokens: 0 };
    const spec = { kind: "rollout", rev: 1, arm: await put(record), task: hashJson({ slots: task.slots }), rep };
    const key = hashJson(spec);
    const volatile = {
      startedAt: "2026-01-01T00:00:00Z",
      ms: 5,
      host: "secret-host",
      costUsd: 0.01,
      attempts: 1,
      endpoints: ["http://10.0.0.1"],
    };
    const hash = await put(trajectory);
    await store.units.putIfAbsent({
      v: 1,
      key,
      spec,
      result: { submission, trajectory: hash, turns: 2, formatErrors: 0, usage },
      blobs: [hash],
      volatile,
    });
    const scoreSpec = {
      kind: "score",
      rev: 1,
      benchmark: "bench",
      scorer: "strict",
      scorerRev: 1,
      toolchain,
      task: hashJson(task),
      sealed: hashJson(sealedOf(i)),
      submission: await put(submission),
    };
    const outcome = { state: "graded" as const, score: { scorer: "strict", value: Number(passed), passed } };
    await store.units.putIfAbsent({ v: 1, key: hashJson(scoreSpec), spec: scoreSpec, result: outcome, blobs: [], volatile });
    return {
      type: "episode",
      v: 1,
      key,
      arm,
      guidance: arm,
      solver,
      ...(purpose === undefined ? {} : { purpose }),
      benchmark: "bench",
      split: "sample",
      task: task.id,
      cluster: task.cluster,
      flags: [],
      rep,
      simulated: ["tasks"],
      state: "graded",
      exit: "completed",
      trajectory: hash,
      turns: 2,
      formatErrors: 0,
      usage,
      submission: scoreSpec.submission,
      outcomes: [{ key: hashJson(scoreSpec), outcome }],
      volatile,
    };
  };

  const learning = await armOf(store, "sums", startSkill);
  const learnedFrom = await Promise.all([0, 1].map((i) => episode("learning", learning, i, false, "evolve")));
  const patches: SkillPatch[] = learnedFrom.map(({ key, task }, i) => ({
    v: 1,
    id: `p00${i}`,
    task,
    episode: key,
    source: "error",
    analysis: "imported",
    lessons: [{ type: "failure-lesson", title: `Carry ${i}`, description: "Forgot <script>alert(1)</script>", content: "Count it" }],
    reasoning: "Because.",
    edits: [leaf(`p00${i}e1`, task)],
    lessonsOf: { [`p00${i}e1`]: [0] },
    changelog: [],
    departures: [],
  }));
  const merged: TracedEdit = { ...leaf("m1.1e1", ""), leaves: ["p000e1", "p001e1"], tasks: ["t0", "t1"] };
  const mergeTree: MergeTree = {
    v: 1,
    batchSize: 2,
    levels: 1,
    calls: 1,
    nodes: [
      {
        v: 1,
        id: "m1.1",
        level: 1,
        inputs: ["p000", "p001"],
        call: null,
        state: "merged",
        reasoning: "Same.",
        edits: [merged],
        departures: [],
        changelog: [],
      },
    ],
  };
  const applied = applyEdits(startSkill, [merged]);
  if (!applied.ok) throw new TypeError(`the fixture's edit does not apply: ${applied.problems[0]?.note}`);
  const lineage: Lineage = buildLineage({
    start: skillHash(startSkill),
    skill: skillHash(applied.files),
    spans: applied.spans,
    edits: [merged],
    patches,
    nodes: mergeTree.nodes,
  });
  const coverage = buildCoverage({
    episodes: patches.map(({ id, task, episode: key, source }) => ({ task, episode: key, source, state: "patched" as const, patch: id })),
    patches,
    unpatched: [],
    nodes: mergeTree.nodes,
    made: [],
    applied: lineage.edits,
    departures: [],
  });
  await writeEvolution(join(dir, "evolutions/evolved/s41"), {
    patches,
    mergeTree,
    lineage,
    coverage,
    changelog: "# Changes\n",
    diff: diffSkills(startSkill, applied.files),
    files: applied.files,
  });

  const records = { "no-skill": await armOf(store, "none", null), evolved: await armOf(store, "sums", applied.files) };
  const rows: LedgerRow[] = [...learnedFrom];
  for (const [name, record] of Object.entries(records))
    for (let i = 0; i < tasks; i++) rows.push(await episode(name, record, i, name === "evolved" ? i !== 3 : i % 3 === 0));
  rows.push({
    type: "evolution",
    v: 1,
    arm: "evolved",
    seed: 41,
    kind: "evolved",
    author: solver,
    simulated: false,
    settings: {},
    start: lineage.start,
    result: lineage.skill,
    state: "evolved",
    episodes: { failed: 2, passed: 0, errored: 0 },
    analyses: { accepted: 2, rejected: 0, errored: 0 },
    patches: 2,
    editsProposed: 2,
    editsApplied: 2,
    usage: {},
    selected: true,
  });
  {
    await using ledger = await appendLedger(join(dir, "ledger.jsonl"));
    for (const row of rows) await ledger.append(row);
  }
  const design = planDesign(
    { seed: "x", clusters: tasks, cases: 1, arms: { "no-skill": 0, evolved: 1 }, seeds: [41] },
    { experiment: experimentName, title: "Small" },
  );
  const lock = lockFileSchema.parse({
    v: 1,
    experiment: experimentName,
    spec: {
      name: experimentName,
      benchmarks: [{ id: "bench", split: "sample" }],
      arms: [{ name: "no-skill" }, { name: "evolved" }],
      solvers: [solver],
    },
    card: {
      benchmarks: [
        {
          id: "bench",
          rev: 1,
          split: "sample",
          splitLabel: "Sample",
          synthetic: true,
          form: "text",
          tasks,
          clusters: tasks,
          dataDigest: hashJson([]),
          primary: "strict",
          scorers: [{ id: "strict", rev: 1, toolchain }],
          recalculate: null,
        },
      ],
      arms: Object.entries(records).map(([name, record]) => ({
        name,
        label: name,
        guidance: name,
        solver,
        agent: "react",
        simulated: false,
        key: armKey(record),
        ...(record.skill === null ? {} : { skill: record.skill.hash }),
        record,
      })),
      seeds: [41],
      attempts: 1,
      replicas: 1,
      sandbox: "none",
    },
    design,
    made: { version: "0.0.0", node: "v20" },
  });
  await writeLockFile(dir, lock);
  const learned = rows.flatMap((row) => (row.type === "evolution" ? [row] : []));
  await writeReport(join(dir, "report"), buildReport(experimentName, design, rows.filter(isMeasured), learned));
  return { dir, lock };
}
