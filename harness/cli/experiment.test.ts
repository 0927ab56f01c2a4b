import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Benchmark } from "../core/contract.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import { shuffledExecutor } from "../engine/executor.ts";
import { loadExperiment } from "../experiment/config/load-experiment.ts";
import { type Resolved, resolveExperiment } from "../experiment/resolve-experiment.ts";
import { seededRandom } from "../stats/random.ts";
import { designTables } from "./design-tables.ts";
import { type InProcessRun, runInProcess } from "./experiment.fixture.ts";
import { projectRoot } from "./run-t2s.fixture.ts";
import { openWorkshop, type Workshop } from "./workshop.fixture.ts";

let workshop: Workshop;
let spec: ExperimentSpec;
/** The experiment in the order of its plan, in the folder "revs". */
let first: InProcessRun;

beforeAll(async () => {
  workshop = await openWorkshop();
  const set = [
    "seeds.rollout=[41]",
    "benchmarks.0.limit=2",
    "arms=[{name: no-skill}, {name: oracle, agent: {kind: oracle}}, {name: nop, agent: {kind: nop}}]",
  ];
  spec = (await loadExperiment("quickstart", { set })).spec;
  await using open = await workshop.open("revs");
  first = await runInProcess(spec, open.parts);
}, 60_000);
afterAll(() => workshop[Symbol.asyncDispose]());

describe("an experiment", { timeout: 120_000 }, () => {
  it("has the same keys and rows whatever order its units start and finish in", async () => {
    expect(first.summary).toMatchObject({ slots: 8, made: 8, errored: 0 });
    const ledgers = [first.rows.join("\n")];
    for (const seed of [1, 2]) {
      await using open = await workshop.open(`shuffled-${seed}`);
      const random = seededRandom(seed);
      const run = await runInProcess(spec, open.parts, (kinds) => shuffledExecutor(kinds, () => random.uniform()));
      expect(run.summary).toMatchObject({ slots: 8, made: 8, errored: 0 });
      ledgers.push(run.rows.join("\n"));
    }
    expect(new Set(ledgers).size).toBe(1);
  });

  it("gives swept arms the keys they have when they are written out, and says in its design what they stand for", async () => {
    const arms = "arms=[{name: no-skill}, {name: human, guidance: {kind: skill, path: skills/xlsx-human}}]";
    const base = ["seeds.rollout=[41]", "benchmarks.0.limit=1", "solvers=[sim-large]", "baseline=no-skill", arms];
    await using open = await workshop.open("sweeps");
    const resolvedWith = async (...set: string[]) =>
      resolveExperiment((await loadExperiment("quickstart", { set: [...base, ...set] })).spec, open.parts);
    const keys = ({ arms: resolved }: Resolved) => resolved.map((arm) => (arm.kind === "react" ? arm.key : ""));
    const swept = await resolvedWith("sweep.limits.max_turns=[7, 9]", "sweep.arms=[human]");
    const [seven, nine] = [await resolvedWith("limits.max_turns=7"), await resolvedWith("limits.max_turns=9")];
    // Arms that the sweep does not reach keep the limits and keys of the experiment.
    expect(keys(swept)).toEqual([keys(await resolvedWith())[0], keys(seven)[1], keys(nine)[1]]);
    const sampled = await resolvedWith("sweep.roles.rollout.sampling=[instruct, thinking]", "sweep.arms=[no-skill]", "baseline=human");
    expect(keys(sampled).slice(0, 2)).toEqual([
      keys(await resolvedWith())[0],
      keys(await resolvedWith("roles.rollout.sampling=thinking"))[0],
    ]);
    expect(designTables(swept).sweeps).toEqual([
      {
        arm: "human",
        label: "human",
        keys: ["limits.max_turns"],
        points: [7, 9].map((value) => ({
          arm: `human-max_turns-${value}`,
          label: `human · max_turns ${value}`,
          members: [`human-max_turns-${value}`],
          values: { "limits.max_turns": value },
        })),
      },
    ]);
  });

  it("runs nothing twice, scores again for a new scorer revision, and rollouts again for an edited persona", async () => {
    {
      expect(first.ran).toEqual({ rollout: 4, oracle: 2, nop: 2, score: expect.any(Number) });
      await using open = await workshop.open("revs");
      expect((await runInProcess(spec, open.parts)).ran).toEqual({});
    }
    {
      const raise = (real: Benchmark): Benchmark => {
        const scorer = real.scorers.trace2skill;
        if (scorer === undefined) return real;
        return { ...real, scorers: { ...real.scorers, trace2skill: { ...scorer, rev: scorer.rev + 1 } } };
      };
      await using open = await workshop.open("revs", { benchmark: raise });
      const scored = await runInProcess(spec, open.parts);
      expect(Object.keys(scored.ran)).toEqual(["score"]);
      expect(scored.summary).toMatchObject({ reused: 8, made: 0, errored: 0 });
    }
    {
      const personaDir = join(workshop.home, "personas");
      await cp(join(projectRoot, "configs/personas"), personaDir, { recursive: true });
      const path = join(personaDir, "sim-small.yaml");
      const text = await readFile(path, "utf8");
      const edited = text.replace(/0\.\d+/, "0.123");
      expect(edited).not.toBe(text);
      await writeFile(path, edited);
      await using open = await workshop.open("revs", { personaDir });
      const again = await runInProcess(spec, open.parts);
      expect(again.ran.rollout).toBe(2);
      expect(again.ran.oracle ?? 0).toBe(0);
      expect(again.summary).toMatchObject({ errored: 0, made: 2, reused: 6 });
    }
  });
});
