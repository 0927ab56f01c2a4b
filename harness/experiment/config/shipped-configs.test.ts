import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { modelNames } from "./cross-check.ts";
import { secretsIn } from "./environment-references.ts";
import { loadExperiment, loadModels } from "./load-experiment.ts";
import { loadSuite } from "./load-suite.ts";
import { nearestNames } from "./nearest-name.ts";
import { schemaTexts, writeSchemas } from "./write-schemas.ts";

const configs = path.resolve(import.meta.dirname, "../../../configs");
const yamlFiles = async (folder: string): Promise<string[]> =>
  (await readdir(path.join(configs, folder))).filter((name) => name.endsWith(".yaml")).sort();
const models = await yamlFiles("models");
const all = await yamlFiles("experiments");
const isSuite = await Promise.all(
  all.map(async (file) => /^experiments:/m.test(await readFile(path.join(configs, "experiments", file), "utf8"))),
);
const experiments = all.filter((_, i) => !isSuite[i]);
const suites = all.filter((_, i) => isSuite[i]);

describe("configs/models", () => {
  it.each(models)("%s can be used", async (file) => {
    const name = path.basename(file, ".yaml");
    const spec = (await loadModels([name])).get(name);
    expect(spec?.sampling).toHaveProperty("default");
    expect(secretsIn(spec?.sampling)).toEqual([]);
  });

  it("has the paper's sampling, as configured and as released", async () => {
    const loaded = await loadModels(["qwen3.5-122b-a10b", "qwen3.5-35b-a3b"]);
    for (const spec of loaded.values()) {
      const { instruct, thinking, default: standard } = spec.sampling;
      expect(instruct).toEqual({
        temperature: 1,
        top_p: 1,
        presence_penalty: 2,
        extra_body: { top_k: 40, min_p: 0, repetition_penalty: 1, chat_template_kwargs: { enable_thinking: false } },
      });
      expect(thinking).toEqual({
        temperature: 1,
        top_p: 0.95,
        presence_penalty: 1.5,
        extra_body: { top_k: 20, min_p: 0, repetition_penalty: 1, chat_template_kwargs: { enable_thinking: true } },
      });
      expect(standard).toEqual(instruct);
      expect(spec.sampling["instruct-as-released"]).toEqual({ ...instruct, temperature: 0.7 });
      expect(spec.sampling["thinking-as-released"]).toEqual({ ...thinking, temperature: 0.6 });
    }
  });
});

describe("configs/experiments", () => {
  it.each(experiments)("%s loads with its models", async (file) => {
    const loaded = await loadExperiment(path.basename(file, ".yaml"));
    expect(loaded.spec.name).toBe(path.basename(file, ".yaml"));
    const names = modelNames(loaded.spec);
    expect([...(await loadModels(names, loaded)).keys()]).toEqual(names);
  });

  it("quickstart has the size that is promised", async () => {
    const { spec } = await loadExperiment("quickstart");
    expect([spec.benchmarks[0]?.limit, spec.arms.length, spec.solvers.length, spec.seeds.rollout]).toEqual([24, 4, 2, [41, 42, 43]]);
  });
});

describe("suites", () => {
  it.each(suites)("%s loads with all its members, and has every table of the paper", async (file) => {
    const suite = await loadSuite(path.basename(file, ".yaml"));
    expect(suite?.members.map(({ spec }) => spec.name)).toHaveLength(suite?.spec.experiments.length ?? -1);
    expect(suite?.spec.tables).toEqual(["table1", "table2", "table3", "table4", "table5", "table6"]);
    for (const member of suite?.members ?? []) expect(modelNames(member.spec).every((name) => name.startsWith("sim-"))).toBe(true);
  });

  it("are told from experiments", async () => {
    expect(suites).toEqual(["paper-quick.yaml", "paper-sim.yaml"]);
    expect(await loadSuite("quickstart")).toBeUndefined();
  });
});

describe("JSON Schemas", () => {
  it.each(Object.entries(schemaTexts()))("%s is current (else run: npm run schema)", async (name, text) => {
    expect(await readFile(path.join(configs, "schema", name), "utf8")).toBe(text);
  });

  it("are written where asked", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "schema-"));
    try {
      const files = await writeSchemas(path.join(dir, "new"));
      expect(files.map((file) => path.basename(file))).toEqual([
        "experiment.schema.json",
        "suite.schema.json",
        "table.schema.json",
        "model.schema.json",
      ]);
      for (const file of files)
        expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ type: "object", additionalProperties: false });
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it.each([
    ...models.map((name) => ["model", `models/${name}`]),
    ["experiment", "experiments/quickstart.yaml"],
    ["experiment", "experiments/spreadsheetbench-verified.yaml"],
    ...suites.map((name) => ["suite", `experiments/${name}`]),
  ])("the %s schema is named in %s", async (kind, file) => {
    expect(await readFile(path.join(configs, file), "utf8")).toMatch(
      new RegExp(`^# yaml-language-server: \\$schema=\\.\\./schema/${kind}\\.schema\\.json\n`),
    );
  });
});

describe("nearestNames", () => {
  it("takes typing mistakes and other separators, and nothing far away", () => {
    expect(nearestNames("max_truns", ["max_turns", "max_tokens", "memory_mb"])[0]).toBe("max_turns");
    expect(nearestNames("maxTurns", ["max_turns"])).toEqual(["max_turns"]);
    expect(nearestNames("xyz", ["max_turns", "name"])).toEqual([]);
    expect(nearestNames("x".repeat(100_000), ["name"])).toEqual([]);
  });
});
