import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../core/errors.ts";
import type { ArmSpec, ExperimentSpec } from "../../../core/spec.ts";
import { resolveSettings } from "../../evolution/settings.ts";
import { loadExperiment } from "../load-experiment.ts";

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "sweep-"));
  file = path.join(dir, "exp.yaml");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const head = `name: exp
benchmarks:
  - { id: bench, split: bench/test }
arms:
  - { name: none }
  - { name: evolved, label: Evolved skill, guidance: { kind: evolved } }
  - { name: bank, guidance: { kind: bank, merge: { batch_size: 3 } } }
solvers: [big, small]
evolution: { author: big, start: { skill: skills/a } }
`;

async function load(more: string, set: readonly string[] = [], text = head): Promise<ExperimentSpec> {
  await writeFile(file, text + more);
  return (await loadExperiment(file, { set })).spec;
}
async function complaint(more: string, set: readonly string[] = []): Promise<string> {
  const error = await load(more, set).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message.replaceAll(`${dir}/`, "");
}
const names = (spec: ExperimentSpec): string[] => spec.arms.map((arm) => arm.name);
const plain = ({ swept: _, label: __, name: ___, ...rest }: ArmSpec): unknown => rest;

describe("sweep", () => {
  it("makes the arms that could have been written out, in place of the one that is varied", async () => {
    const spec = await load(`sweep: { "evolution.merge.batch_size": [2, all] }\n`);
    expect(names(spec)).toEqual(["none", "evolved-batch_size-2", "evolved-batch_size-all", "bank"]);
    const byHand = await load(
      "",
      [],
      head.replace(
        "  - { name: evolved, label: Evolved skill, guidance: { kind: evolved } }\n",
        "  - { name: a, guidance: { kind: evolved, merge: { batch_size: 2 } } }\n  - { name: b, guidance: { kind: evolved, merge: { batch_size: all } } }\n",
      ),
    );
    expect(spec.arms.map(plain)).toEqual(byHand.arms.map(plain));
    expect(spec.arms[2]?.label).toBe("Evolved skill · batch_size all");
    expect(spec.arms[2]?.swept).toEqual({
      by: "sweep",
      arm: "evolved",
      label: "Evolved skill",
      values: { "evolution.merge.batch_size": "all" },
    });
  });

  it("crosses lists, the first one slowest, and zips them on request", async () => {
    const lists = `"evolution.merge.batch_size": [2, 8], evolution: { prevalence: { min_support: [1, 3] } }, arms: [evolved]`;
    expect(names(await load(`sweep: { ${lists} }\n`)).slice(1, -1)).toEqual([
      "evolved-batch_size-2-min_support-1",
      "evolved-batch_size-2-min_support-3",
      "evolved-batch_size-8-min_support-1",
      "evolved-batch_size-8-min_support-3",
    ]);
    expect(names(await load(`sweep: { combine: zipped, ${lists} }\n`)).slice(1, -1)).toEqual([
      "evolved-batch_size-2-min_support-1",
      "evolved-batch_size-8-min_support-3",
    ]);
  });

  it("reaches roles, agent, limits, samplings and single arms, each where it applies", async () => {
    const spec = await load(
      `sweep: { "arms.none.limits.max_turns": [5, 9], "roles.merger.model": [big, small], "roles.rollout.sampling": [{ temperature: 0.5 }, default] }\n`,
    );
    const arm = (name: string): ArmSpec | undefined => spec.arms.find((one) => one.name === name);
    expect(arm("none-max_turns-9-sampling-0.5")).toMatchObject({ limits: { max_turns: 9 }, sampling: { temperature: 0.5 } });
    const merged = arm("evolved-model-small-sampling-default");
    expect(merged).toMatchObject({ sampling: "default", guidance: { kind: "evolved", roles: { merger: { model: "small" } } } });
    if (merged?.guidance.kind !== "evolved") throw new Error("no such arm");
    expect(resolveSettings(spec, "x", merged.guidance).roles).toEqual({ merger: { model: "small" } });
    const agents = await load(`agent: { kind: react, preset: as-released }\nsweep: { "agent.protocol": [text, tools], arms: [none] }\n`);
    expect(agents.arms[1]?.agent).toEqual({ kind: "react", preset: "as-released", protocol: "tools" });
  });

  it("can be set from the command line", async () => {
    expect(names(await load("", ["sweep.evolution.limit=[10, 20]"]))).toEqual([
      "none",
      "evolved-limit-10",
      "evolved-limit-20",
      "bank-limit-10",
      "bank-limit-20",
    ]);
  });

  it("names values that are no words", async () => {
    const more = `sweep: { "evolution.start": [{ skill: skills/a }, { skill: "../b c/" }, { skill: other/a }, draft], arms: [evolved] }\n`;
    expect(names(await load(more)).slice(1, 5)).toEqual([
      "evolved-start-a",
      "evolved-start-b-c",
      "evolved-start-a.3",
      "evolved-start-draft",
    ]);
  });

  it.each([
    [
      "a misspelt setting",
      `sweep: { "evolution.merge.batchsize": [2, 4] }\n`,
      'exp.yaml:10:10: sweep.evolution.merge.batchsize: unknown key; did you mean "batch_size"?',
    ],
    [
      "a misspelt setting on the way",
      `sweep: { "evolution.mrge.batch_size": [2, 4] }\n`,
      'exp.yaml:10:10: sweep.evolution.mrge.batch_size: unknown key; did you mean "merge"?',
    ],
    [
      "a wrong value",
      `sweep: { "evolution.merge.batch_size": [2, most, 4], arms: [evolved] }\n`,
      /^exp\.yaml:10:44: sweep\.evolution\.merge\.batch_size\.1: expected a whole number from 2 to 4096, or all, found the text "most"\.$/,
    ],
    [
      "a wrong value deep in a mapping",
      `sweep: { "evolution.start": [draft, { skil: a }], arms: [evolved] }\n`,
      /\nexp\.yaml:10:39: sweep\.evolution\.start\.1\.skil: unknown key; did you mean "skill"\?/,
    ],
    [
      "a value twice",
      `sweep: { "evolution.limit": [5, 6, 5] }\n`,
      "exp.yaml:10:36: sweep.evolution.limit.2: this value is already in the list; expected each once.",
    ],
    ["no list", `sweep: { "evolution.limit": 5 }\n`, /^exp\.yaml:10:29: sweep\.evolution\.limit: expected a list of values, /],
    [
      "what belongs to all arms",
      `sweep: { attempts: [1, 2] }\n`,
      "exp.yaml:10:10: sweep.attempts: an arm has no attempts of its own to be varied; expected a path below evolution, roles, agent, limits, arms.",
    ],
    [
      "a misspelt root",
      `sweep: { evolutoin: { limit: [1, 2] } }\n`,
      /^exp\.yaml:10:23: sweep\.evolutoin\.limit: an arm has no evolutoin .*; did you mean "evolution"\?$/,
    ],
    [
      "an unknown arm",
      `sweep: { "arms.evolvd.guidance.limit": [1, 2] }\n`,
      'exp.yaml:10:10: sweep.arms.evolvd.guidance.limit: there is no arm "evolvd"; did you mean "evolved"?',
    ],
    [
      "an arm that is not reached",
      `sweep: { "evolution.merge.batch_size": [1, 2], arms: [bank] }\n`,
      "exp.yaml:10:10: sweep.evolution.merge.batch_size: no arm is reached by evolution.merge.batch_size; expected one that it applies to and that does not set it itself.",
    ],
    [
      "lists of different lengths",
      `sweep: { combine: zipped, "evolution.limit": [1, 2], "evolution.signals": [error] }\n`,
      "exp.yaml:10:54: sweep.evolution.signals: zipped lists go side by side; expected 2 values as evolution.limit has, found 1.",
    ],
    [
      "a name that is gone",
      `sweep: { "evolution.limit": [1, 2], arms: [evolved] }\nbaseline: evolved\n`,
      'exp.yaml:11:11: baseline: there is no arm "evolved"; did you mean "evolved-limit-1" or "evolved-limit-2"?',
    ],
    ["nothing", "sweep: {}\n", /^exp\.yaml:10:1: sweep: expected a path with a list of values/],
    ["a prototype", `sweep: { "arms.none.__proto__.x": [1, 2] }\n`, /unknown key/],
    [
      "too much",
      `sweep: { "evolution.limit": [${Array.from({ length: 40 }, (_, i) => i + 1)}], "evolution.analysts.max_turns": [${Array.from({ length: 40 }, (_, i) => i + 1)}] }\n`,
      "exp.yaml:10:1: sweep: this makes more than 1000 arms; expected fewer values or fewer lists.",
    ],
  ])("refuses %s with its place", async (_, more, expected) => {
    expect(await complaint(more)).toMatch(
      typeof expected === "string" ? new RegExp(`^${expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : expected,
    );
  });

  it("names the option where a list came from the command line", async () => {
    expect(await complaint("", ["sweep.evolution.limit=[0]"])).toBe(
      "--set sweep.evolution.limit: sweep.evolution.limit.0: expected more than 0, found 0.",
    );
  });
});

describe("factorial", () => {
  const models = (stages: string): string =>
    stages
      .split(" ")
      .map((stage) => `${stage}: { L: big, S: small }`)
      .join(", ");

  it("gives the stages of the learned arm to every combination of models", async () => {
    const spec = await load(`factorial: { arm: evolved, factors: { ${models("diagnosis merge solver")} } }\n`);
    expect(names(spec)).toEqual([
      "none",
      "evolved-diagnosis.L-merge.L",
      "evolved-diagnosis.L-merge.S",
      "evolved-diagnosis.S-merge.L",
      "evolved-diagnosis.S-merge.S",
      "bank",
    ]);
    expect(spec.arms[2]).toMatchObject({
      label: "Evolved skill · diagnosis L · merge S",
      solvers: ["big", "small"],
      swept: { by: "factorial", arm: "evolved", label: "Evolved skill", values: { diagnosis: "L", merge: "S" } },
      guidance: {
        roles: {
          "error-analyst": { model: "big" },
          "success-analyst": { model: "big" },
          merger: { model: "small" },
          translator: { model: "small" },
          validator: { model: "small" },
        },
      },
    });
  });

  it("takes half of the runs such that main effects stay apart, each arm measured with the solvers of its runs", async () => {
    const spec = await load(
      `factorial: { design: half, factors: { ${models("rollout diagnosis patch merge solver")} } }\n`,
      [],
      head.replace(/ {2}- \{ name: bank.*\n/, ""),
    );
    const arms = spec.arms.filter((arm) => arm.swept !== undefined);
    expect(arms).toHaveLength(16);
    const seconds = ({ swept, solvers }: ArmSpec): number =>
      [...Object.values(swept?.values ?? {}), solvers?.[0] === "small" ? "S" : "L"].filter((level) => level === "S").length;
    expect(arms.every((arm) => arm.solvers?.length === 1 && seconds(arm) % 2 === 0)).toBe(true);
  });

  it.each([
    [
      "one factor",
      `{ arm: evolved, factors: { ${models("merge")} } }`,
      /^exp\.yaml:10:\d+: factorial\.factors: expected at least two factors, found 1\.$/,
    ],
    [
      "an unknown stage",
      `{ arm: evolved, factors: { merging: [big, small] } }`,
      /factorial\.factors\.merging: unknown key; expected one of "rollout", "diagnosis", /,
    ],
    [
      "an arm that is not learned",
      `{ arm: none, factors: { ${models("merge patch")} } }`,
      /factorial\.arm: there is no arm "none" with guidance of kind evolved/,
    ],
    [
      "three levels of a half",
      `{ arm: evolved, design: half, factors: { merge: [a, b, c], ${models("patch solver")} } }`,
      /factorial\.factors\.merge: a half design takes two levels a factor, found 3/,
    ],
    [
      "half of two",
      `{ arm: evolved, design: half, factors: { ${models("patch merge")} } }`,
      /factorial\.design: half of two factors confounds/,
    ],
    [
      "one model twice",
      `{ arm: evolved, factors: { merge: { L: big, S: big }, ${models("patch")} } }`,
      /factorial\.factors\.merge: a model is given for two levels/,
    ],
  ])("refuses %s", async (_, more, expected) => {
    expect(await complaint(`factorial: ${more}\n`)).toMatch(expected);
  });

  it("takes the only learned arm, and asks which where there are more", async () => {
    const two = head.replace("kind: bank, merge: { batch_size: 3 }", "kind: evolved, limit: 3");
    await expect(load(`factorial: { factors: { ${models("patch merge")} } }\n`, [], two)).rejects.toThrow(
      'factorial: there are 2 arms with guidance of kind evolved; expected the key arm with one of "evolved", "bank".',
    );
  });
});
