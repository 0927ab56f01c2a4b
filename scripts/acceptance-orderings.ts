/**
 * Do the orderings that the simulated personas were made for appear through the whole pipeline, and does each turn round when a persona alone is edited?
 * `node --import tsx scripts/acceptance-orderings.ts [tasks]`. Also follows the planted lessons through the stages, and through merges of every batch size.
 * It shows that the plumbing carries what flows through it. It says nothing about any real model or skill.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readContext } from "../harness/cli/context.ts";
import { openModels } from "../harness/cli/open-models.ts";
import { openParts, unitKinds } from "../harness/cli/open-parts.ts";
import { experimentSpecSchema } from "../harness/core/spec.ts";
import { createEngine } from "../harness/engine/engine.ts";
import { localExecutor } from "../harness/engine/executor.ts";
import { createStopOrder } from "../harness/engine/stop.ts";
import { loadModels } from "../harness/experiment/config/load-experiment.ts";
import { resolveExperiment } from "../harness/experiment/resolve-experiment.ts";
import { experimentDir, ledgerPath, runExperiment } from "../harness/experiment/run-experiment.ts";
import { chooseSandbox } from "../harness/sandbox/choose-sandbox.ts";
import { readMeasured } from "../harness/store/ledger.ts";
import { percent, traceLessons } from "./trace-lessons.ts";

const tasks = Number(process.argv[2] ?? 44);
const home = await mkdtemp(join(tmpdir(), "t2s-orderings-"));
const context = { ...readContext(), env: { T2S_DATA_HOME: join(home, "data") } };
execFileSync(
  process.execPath,
  ["harness/t2s.mjs", "data", "sample", "spreadsheetbench", "--out", join(home, "data/spreadsheetbench/sample")],
  {
    cwd: context.projectRoot,
  },
);
const { sandbox } = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true });

/** Stages of an evolution, the roles that play them, and edits that break them. */
const stages: Readonly<Record<string, { readonly roles: readonly string[]; readonly broken: Edit }>> = {
  diagnosis: {
    roles: ["error-analyst"],
    broken: { "error_analyst.agentic.insight": 0.02, "error_analyst.agentic.patience": 1 },
  },
  patches: { roles: ["patch-writer"], broken: { "patch_writer.out_of_tree": 0.97 } },
  merging: { roles: ["merger"], broken: { "merger.recall": 0.02, "merger.taken_back": 0, "merger.vanishes_again": 1 } },
};

/** Who plays the other stages of a swap is the author, a persona with one broken stage. */
const swapped = (roles: readonly string[]): object => ({
  kind: "evolved",
  signals: "error",
  roles: Object.fromEntries(roles.map((role) => [role, { model: "sim-large" }])),
});

const guidances: Readonly<Record<string, object>> = {
  none: { kind: "none" },
  human: { kind: "skill", path: "skills/xlsx-human" },
  parametric: { kind: "skill", path: "skills/xlsx-parametric" },
  evolved: { kind: "evolved" },
  "error-llm": { kind: "evolved", signals: "error", analysts: { error: "single-call" } },
  error: { kind: "evolved", signals: "error" },
  sequential: { kind: "sequential", signals: "error", batch: 1 },
  "nothing-swapped": swapped([]),
  ...Object.fromEntries(Object.entries(stages).map(([stage, { roles }]) => [`${stage}-swapped`, swapped(roles)])),
  ...Object.fromEntries(
    [2, 5, 8, 16, 32, 64, "all"].map((size) => [`batch-${size}`, { kind: "evolved", signals: "error", merge: { batch_size: size } }]),
  ),
};

type Edit = Readonly<Record<string, number>>;

/** Personas as they are but for one, which is another one with edits (paths such as rollout.adherence). Gives their folder. */
async function personasWith(label: string, name: string, from: string, edits: Edit): Promise<string> {
  const personaDir = join(home, "personas", label);
  await cp(join(context.projectRoot, "configs/personas"), personaDir, { recursive: true });
  const persona: unknown = parse(await readFile(join(personaDir, `${from}.yaml`), "utf8"));
  for (const [path, value] of Object.entries(edits)) set(persona, path.split("."), value);
  await writeFile(join(personaDir, `${name}.yaml`), stringify({ ...(persona as object), name }));
  return personaDir;
}

/** Share of measured tasks passed, by arm, with the solver's persona edited. */
async function measure(
  label: string,
  solver: string,
  arms: readonly string[],
  edits: Edit = {},
  seed = 41,
  rollouts: readonly number[] = [41, 42],
): Promise<Readonly<Record<string, number>>> {
  return run(label, { solver, author: solver, arms, personaDir: await personasWith(label, solver, solver, edits), seed, rollouts });
}

async function run(
  label: string,
  {
    solver,
    author,
    arms,
    personaDir,
    seed = 41,
    rollouts = [41, 42],
  }: {
    solver: string;
    author: string;
    arms: readonly string[];
    personaDir: string;
    /** Evolution seed. */
    seed?: number;
    /** Rollout seeds. */
    rollouts?: readonly number[];
  },
): Promise<Readonly<Record<string, number>>> {
  await using opened = await openModels(await loadModels([...new Set([solver, author])]), context, {}, { personaDir });
  const parts = openParts(context, { resultsDir: join(home, "results"), sandbox, models: opened.models });
  const stop = createStopOrder();
  const width = cpus().length * 4;
  const engine = createEngine({ store: parts.store, executor: localExecutor(unitKinds(parts, width)), stop });
  const spec = experimentSpecSchema.parse({
    name: label,
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: tasks }],
    arms: arms.map((name) => ({ name, guidance: guidances[name] })),
    solvers: [solver],
    evolution: { author, start: { skill: "skills/xlsx-parametric" }, limit: tasks, analysts: { max_turns: 30 } },
    limits: { max_turns: 20, command_timeout_s: 60 },
    seeds: { rollout: [...rollouts], evolution: [seed] },
  });
  const resolved = await resolveExperiment(spec, parts);
  await runExperiment(resolved, parts, { engine, stop, width, design: () => ({}) });
  const seen = new Map<string, number[]>();
  for await (const rows of readMeasured(ledgerPath(experimentDir(parts, label))))
    for (const row of rows)
      for (const { outcome } of row.outcomes)
        if (outcome.state === "graded" && outcome.score.scorer === "trace2skill")
          seen.set(row.arm, [...(seen.get(row.arm) ?? []), Number(outcome.score.passed)]);
  const shares = Object.fromEntries([...seen].map(([arm, values]) => [arm, values.reduce((a, b) => a + b, 0) / values.length]));
  console.log(`${label}: ${arms.map((arm) => `${arm} ${percent(shares[arm] ?? 0)}`).join(", ")}`);
  return shares;
}

function set(target: unknown, path: readonly string[], value: number): void {
  const [name = "", ...rest] = path;
  if (typeof target !== "object" || target === null || !Object.hasOwn(target, name)) throw new Error(`personas have no ${path.join(".")}`);
  if (rest.length === 0) Object.assign(target, { [name]: value });
  else set(Reflect.get(target, name), rest, value);
}

let failed = 0;
function check(what: string, good: boolean): void {
  console.log(`${good ? "ok  " : "FAIL"} ${what}`);
  if (!good) failed += 1;
}

const trace = (label: string, arm: string): ReturnType<typeof traceLessons> =>
  traceLessons(arm, join(home, "results", label, "evolutions", arm, "s41"));

/** What must be seen, by name; `node … acceptance-orderings.ts 44 batches` runs one of them. */
const sections: Readonly<Record<string, () => Promise<void>>> = {
  async orderings() {
    const base = await measure("base", "sim-large", ["none", "human", "parametric", "evolved", "error", "error-llm", "sequential"]);
    const small = await measure("small", "sim-small", ["none", "human"]);
    await trace("base", "evolved");
    check("evolved > parametric", of(base, "evolved") > of(base, "parametric"));
    check("parametric about as good as no skill", Math.abs(of(base, "parametric") - of(base, "none")) < 0.12);
    check("the human-written skill helps the large model", of(base, "human") > of(base, "none"));
    check("and hurts the small one", of(small, "human") < of(small, "none"));
    check("+Error LLM worse than the agentic analyst", of(base, "error-llm") < of(base, "error"));
  },
  async parallel() {
    // One evolution of either kind differs from the next by more than the two kinds do: several are compared, each with twice the usual rollouts.
    const seeds = [41, 42, 43];
    const means = { error: 0, sequential: 0 };
    for (const seed of seeds) {
      const shares = await measure(`parallel-${seed}`, "sim-large", ["error", "sequential"], {}, seed, [41, 42, 43, 44]);
      means.error += of(shares, "error") / seeds.length;
      means.sequential += of(shares, "sequential") / seeds.length;
    }
    console.log(`  mean of ${seeds.length} evolutions: parallel ${percent(means.error)}, sequential ${percent(means.sequential)}`);
    check("parallel at least as good as sequential", means.error >= means.sequential);
  },
  async "evolved-flip"() {
    const deaf = await measure("deaf", "sim-large", ["parametric", "evolved"], {
      "rollout.adherence": 0,
      "rollout.reference_adherence": 0,
      "rollout.distraction_per_kchar": 0.12,
      "rollout.distraction_cap": 0.95,
    });
    check("evolved < parametric for a solver that follows nothing and is easily distracted", of(deaf, "evolved") < of(deaf, "parametric"));
  },
  async "parametric-flip"() {
    const dazed = await measure("dazed", "sim-large", ["none", "parametric"], {
      "rollout.distraction_per_kchar": 0.2,
      "rollout.distraction_cap": 0.9,
    });
    check("parametric < no skill for a solver that any text distracts", of(dazed, "parametric") < of(dazed, "none") - 0.1);
  },
  async "human-flip"() {
    const patient = await measure("patient", "sim-small", ["none", "human"], {
      "rollout.distraction_per_kchar": 0,
      "rollout.dilution_half_kchars": 1000,
      "rollout.adherence": 0.95,
    });
    check("the human-written skill helps a small model that reads patiently", of(patient, "human") > of(patient, "none"));
    const hasty = await measure("hasty", "sim-large", ["none", "human"], {
      "rollout.distraction_per_kchar": 0.1,
      "rollout.adherence": 0.2,
    });
    check("and hurts a large one that does not", of(hasty, "human") < of(hasty, "none"));
  },
  async "parallel-flip"() {
    const merging = await measure("merging", "sim-large", ["error", "sequential"], {
      "merger.recall": 0.02,
      "merger.taken_back": 0,
      "merger.vanishes_again": 1,
      "patch_writer.drift_per_kchar": 0,
      "patch_writer.notice": 1,
      "patch_writer.notice_half_kchars": 1000,
    });
    check("parallel < sequential when merging forgets and editing does not drift", of(merging, "error") < of(merging, "sequential"));
  },
  async "analyst-flip"() {
    const seer = await measure("seer", "sim-large", ["error", "error-llm"], {
      "error_analyst.single_call.insight": 1,
      "error_analyst.single_call.over_attribution": 0,
      "error_analyst.single_call.guess": 0,
      "error_analyst.agentic.insight": 0.02,
      "error_analyst.agentic.patience": 1,
    });
    check("+Error LLM > agentic when the single call sees more", of(seer, "error-llm") > of(seer, "error"));
  },
  async "stage-swap"() {
    for (const [stage, { broken }] of Object.entries(stages)) {
      const label = `broken-${stage}`;
      const arms = ["nothing-swapped", ...Object.keys(stages).map((one) => `${one}-swapped`)];
      const personaDir = await personasWith(label, "sim-small", "sim-large", broken);
      const shares = await run(label, { solver: "sim-large", author: "sim-small", arms, personaDir });
      const gains = Object.keys(stages).map((one) => ({ one, gain: of(shares, `${one}-swapped`) - of(shares, "nothing-swapped") }));
      const [first] = gains.sort((a, b) => b.gain - a.gain);
      console.log(`  ${gains.map(({ one, gain }) => `${one} ${gain > 0 ? "+" : ""}${(gain * 100).toFixed(1)}`).join(", ")}`);
      check(`with broken ${stage}, swapping the stages ranks ${stage} first`, first?.one === stage && first.gain > 0);
    }
  },
  async batches() {
    const sizes = [2, 5, 8, 16, 32, 64, "all"].map((size) => `batch-${size}`);
    await measure("batches", "sim-large", sizes);
    for (const arm of sizes) {
      const { often, applied } = await trace("batches", arm);
      const lost = often.filter((id) => !applied.has(id));
      check(
        `${arm}: ${often.length - lost.length} of ${often.length} systematic lessons of three tasks and more are in the skill`,
        lost.length === 0,
      );
    }
  },
};

const of = (shares: Readonly<Record<string, number>>, arm: string): number => shares[arm] ?? Number.NaN;
const [, , , only] = process.argv;
try {
  for (const [name, section] of Object.entries(sections)) if (only === undefined || only === name) await section();
} finally {
  await rm(home, { recursive: true, force: true });
}
console.log(failed === 0 ? "all as expected" : `${failed} expectations failed`);
process.exit(failed === 0 ? 0 : 1);
