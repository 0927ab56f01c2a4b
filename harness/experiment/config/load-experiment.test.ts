import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { modelNames } from "./cross-check.ts";
import { loadExperiment, loadModels } from "./load-experiment.ts";

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "config-"));
  file = path.join(dir, "exp.yaml");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const good = `name: exp
benchmarks:
  - id: bench
    split: test
arms:
  - name: none
  - name: human
    guidance: { kind: skill, path: skills/a }
solvers: [big, small]
baseline: none
`;

/** Message of the UsageError for this text, with the file's folder left out. */
async function complaint(text: string, set: readonly string[] = []): Promise<string> {
  await writeFile(file, text);
  const error = await loadExperiment(file, { set }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message.replaceAll(`${dir}/`, "");
}
const load = async (text: string, set: readonly string[] = []) => {
  await writeFile(file, text);
  return (await loadExperiment(file, { set })).spec;
};

describe("loadExperiment", () => {
  it("fills in defaults and keeps what was written", async () => {
    const spec = await load(good);
    expect(spec).toMatchObject({
      name: "exp",
      arms: [{ name: "none", guidance: { kind: "none" } }, { name: "human" }],
      seeds: { rollout: [41, 42, 43], evolution: [41, 42, 43] },
      limits: { max_turns: 100 },
      attempts: 1,
    });
    expect(modelNames(spec)).toEqual(["big", "small"]);
  });

  it.each([
    ["an unknown key", `${good}baselinee: none\n`, /^exp\.yaml:11:1: baselinee: unknown key; expected one of "title", "roles", /],
    ["a misspelt key", good.replace("guidance:", "guidence:"), 'exp.yaml:8:5: arms.1.guidence: unknown key; did you mean "guidance"?'],
    [
      "a key of another alternative",
      good.replace("kind: skill, path: skills/a", "kind: none, path: a"),
      "exp.yaml:8:29: arms.1.guidance.path: unknown key; nothing else can be set here.",
    ],
    ["an unknown role", `${good}roles:\n  rolout: {}\n`, 'exp.yaml:12:3: roles.rolout: unknown key; did you mean "rollout"?'],
    [
      "an unknown sampling field",
      `${good}roles: { rollout: { sampling: { temprature: 1 } } }\n`,
      'exp.yaml:11:33: roles.rollout.sampling.temprature: unknown key; did you mean "temperature"?',
    ],
    ["a wrong type", `${good}attempts: three\n`, 'exp.yaml:11:11: attempts: expected a number, found the text "three".'],
    ["a fraction", `${good}limits: { max_turns: 1.5 }\n`, "exp.yaml:11:22: limits.max_turns: expected a whole number, found 1.5."],
    ["a number out of bounds", `${good}limits: { max_turns: 0 }\n`, "exp.yaml:11:22: limits.max_turns: expected at least 1, found 0."],
    [
      "a number in quotes",
      `${good}seeds: { rollout: ["41"] }\n`,
      'exp.yaml:11:20: seeds.rollout.0: expected a number, found the text "41".',
    ],
    [
      "an empty list",
      `${good}seeds: { rollout: [] }\n`,
      "exp.yaml:11:10: seeds.rollout: expected at least 1 entry, found a list of 0 entries.",
    ],
    ["a missing key", good.replace("name: exp\n", ""), "exp.yaml:1:1: name: this key is missing; expected a text."],
    [
      "a missing key inside",
      good.replace("    split: test\n", ""),
      "exp.yaml:3:5: benchmarks.0.split: this key is missing; expected a text.",
    ],
    [
      "a wrong word",
      `${good}sandbox: bubblewarp\n`,
      'exp.yaml:11:10: sandbox: expected one of "auto", "bubblewrap", "docker", "none", found the text "bubblewarp"; did you mean "bubblewrap"?',
    ],
    [
      "a wrong kind",
      good.replace("kind: skill", "kind: skil"),
      'exp.yaml:8:23: arms.1.guidance.kind: expected one of "none", "skill", "evolved", "sequential", "bank", "one-shot", "trajectories", "irrelevant", "shuffled", found the text "skil"; did you mean "skill"?',
    ],
    [
      "a missing kind",
      good.replace("kind: skill, ", ""),
      'exp.yaml:8:5: arms.1.guidance.kind: this key is missing; expected one of "none", "skill", "evolved", "sequential", "bank", "one-shot", "trajectories", "irrelevant", "shuffled".',
    ],
    [
      "a value for either of two types",
      `${good}roles: { rollout: { sampling: 3 } }\n`,
      /exp\.yaml:11:31: roles\.rollout\.sampling: expected a text or a mapping.*, found 3\./,
    ],
    [
      "nothing where a list belongs",
      good.replace("solvers: [big, small]", "solvers:"),
      "exp.yaml:9:9: solvers: expected a list, found nothing.",
    ],
    [
      "a name with a blank",
      good.replace("name: exp", "name: my exp"),
      /exp\.yaml:1:7: name: expected letters, digits.*, found the text "my exp"\./,
    ],
    ["a list instead of a config", "- a\n", "exp.yaml:1:1: expected a mapping (lines of `key: value`), found a list of 1 entry."],
    ["an empty file", "", "exp.yaml:1:1: expected a mapping (lines of `key: value`), found nothing."],
    ["broken YAML", "name: [a\nb: c\n", /^exp\.yaml:2:\d: not valid YAML: .+\.$/],
    ["a tab for indentation", "name: a\nbenchmarks:\n\t- x\n", /^exp\.yaml:3:1: not valid YAML: .+\.$/],
    ["the same key twice", `${good}name: b\n`, "exp.yaml:11:1: not valid YAML: Map keys must be unique."],
    ["two documents", `${good}---\nname: b\n`, /not valid YAML: Source contains multiple documents/],
    ["a tag", "name: !!python/object x\n", /exp\.yaml:1:7: not valid YAML: Unresolved tag/],
  ])("tells where %s is", async (_, text, expected) => {
    const message = await complaint(text);
    if (typeof expected === "string") expect(message).toBe(expected);
    else expect(message).toMatch(expected);
    expect(message).not.toContain("\n");
  });

  it("tells several problems at once, ten at most", async () => {
    const message = await complaint(`${good}attempts: 0\nreplicas: x\nsandbox: y\n`);
    expect(message.split("\n")).toEqual([
      "exp.yaml has 3 problems:",
      "exp.yaml:11:11: attempts: expected at least 1, found 0.",
      'exp.yaml:12:11: replicas: expected a number, found the text "x".',
      'exp.yaml:13:10: sandbox: expected one of "auto", "bubblewrap", "docker", "none", found the text "y".',
    ]);
    const many = (await complaint(`${good}${Array.from({ length: 25 }, (_, i) => `zz${i}: 1\n`).join("")}`)).split("\n");
    expect(many).toHaveLength(12);
    expect(many[0]).toBe("exp.yaml has 25 problems:");
    expect(many[11]).toBe("… and 15 more.");
  });

  it.each([
    [
      "an unknown baseline",
      good.replace("baseline: none", "baseline: nune"),
      'exp.yaml:10:11: baseline: there is no arm "nune"; did you mean "none"?',
    ],
    [
      "an unknown arm in a contrast",
      `${good}contrasts: [[human, nobody]]\n`,
      'exp.yaml:11:21: contrasts.0.1: there is no arm "nobody"; expected one of "none", "human".',
    ],
    [
      "a contrast of an arm with itself",
      `${good}contrasts: [[human, human]]\n`,
      /contrasts\.0: a contrast compares two arms, found "human" twice/,
    ],
    [
      "pass@k of all attempts or more",
      `${good}attempts: 4\npass_at: [2, 4]\n`,
      "exp.yaml:12:14: pass_at.1: pass@4 beside all attempts needs more than 4 attempts, and no benchmark here has more than 4; raise attempts or leave it out.",
    ],
    [
      "a contrast turned round",
      `${good}contrasts: [[human, none], [none, human]]\n`,
      /contrasts\.1: the contrast is already given as number 1/,
    ],
    [
      "equal names",
      good.replace("name: human", "name: none"),
      'exp.yaml:7:11: arms.1.name: the arm "none" is already given as number 1 of the list; expected each once.',
    ],
    [
      "equal arms",
      good.replace("baseline", "  # x\nbaseline").replace("    guidance: { kind: skill, path: skills/a }\n", ""),
      /arms\.1: this arm is the same as "none" but for its name/,
    ],
    [
      "arms equal but for spelling",
      good.replace("  - name: none\n", "  - name: none\n    guidance: { path: skills/./a/, kind: skill }\n"),
      /arms\.1: this arm is the same as "none"/,
    ],
    [
      "a seed twice",
      `${good}seeds: { rollout: [41, 41] }\n`,
      "exp.yaml:11:24: seeds.rollout.1: the seed 41 is already given as number 1 of the list; expected each once.",
    ],
    [
      "a benchmark twice",
      good.replace("arms:", "  - { id: bench, split: test, limit: 3 }\narms:"),
      /benchmarks\.1: the benchmark is already given/,
    ],
    ["no solvers", good.replace("solvers: [big, small]\n", ""), /solvers: arm "none" has no model to be measured with/],
  ])("refuses %s", async (_, text, expected) => {
    const message = await complaint(text);
    if (typeof expected === "string") expect(message).toBe(expected);
    else expect(message).toMatch(expected);
    expect(message).not.toContain("\n");
  });

  it("lets arms without a model stand without solvers", async () => {
    const spec = await load(
      "name: e\nbenchmarks: [{ id: b, split: s }]\narms: [{ name: o, agent: { kind: oracle } }, { name: n, agent: { kind: nop } }]\n",
    );
    expect(modelNames(spec)).toEqual([]);
  });

  it("refuses environment variables and secrets", async () => {
    const variable = `$${"{"}MY_NAME}`;
    expect(await complaint(good.replace("name: exp", `name: ${variable}`))).toMatch(
      /^exp\.yaml:1:7: name: environment variables may be used only in base_url/,
    );
    const secret = "sk-abcdefghijklmnop1234";
    const message = await complaint(`${good}title: key is ${secret}\n`);
    expect(message).toMatch(/^exp\.yaml:11:8: title: this looks like a secret/);
    expect(message).not.toContain(secret);
    expect(await complaint(good.replace("name: exp", `name: ["${secret}`))).not.toContain(secret);
    expect(await complaint(`${good}sandbox: ${secret}\n`)).not.toContain(secret);
  });

  it("finds experiments by name and suggests near ones", async () => {
    const experiments = path.join(dir, "named");
    await mkdir(experiments, { recursive: true });
    await writeFile(path.join(experiments, "quickstart.yaml"), good);
    expect((await loadExperiment("quickstart", { experiments })).spec.name).toBe("exp");
    expect((await loadExperiment("quickstart.yaml", { experiments })).spec.name).toBe("exp");
    await expect(loadExperiment("quikstart", { experiments })).rejects.toThrow(
      /There is no experiment "quikstart" .*; did you mean "quickstart"\?/,
    );
    await expect(loadExperiment("zzz", { experiments })).rejects.toThrow(/; there are: quickstart\./);
    await expect(loadExperiment("./quickstart.yaml", { experiments })).rejects.toThrow(
      /no experiment file \.\/quickstart\.yaml; did you mean "quickstart"/,
    );
    await expect(loadExperiment(dir + path.sep)).rejects.toThrow(/cannot be read: .*expected a YAML file/);
  });
});

describe("--set", () => {
  it.each([
    [["attempts=4"], { attempts: 4 }],
    [["limits.max_turns=7", "limits.memory_mb=512"], { limits: { max_turns: 7, memory_mb: 512 } }],
    [["arms.0.name=base", "baseline=base"], { arms: [{ name: "base" }, { name: "human" }], baseline: "base" }],
    [["seeds.rollout=[1, 2]"], { seeds: { rollout: [1, 2] } }],
    [["seeds.rollout.0=7"], null],
    [["solvers.2=third"], { solvers: ["big", "small", "third"] }],
    [["arms.1.guidance={ kind: none }", "arms.1.agent.kind=nop"], { arms: [{ name: "none" }, { agent: { kind: "nop" } }] }],
    [["title=a = b"], { title: "a = b" }],
    [["attempts=2", "attempts=3"], { attempts: 3 }],
  ])("%j", async (set, expected) => {
    // seeds are defaults, not in the file: an entry of a list that is not there cannot be replaced.
    if (expected === null)
      expect(await complaint(good, set)).toMatch(
        "--set seeds.rollout.0: seeds.rollout is not in the file, so it has no entries; set the whole list, for example --set seeds.rollout=[…].",
      );
    else expect(await load(good, set)).toMatchObject(expected);
  });

  it.each([
    [["attempts"], "--set attempts: expected key=value, for example --set limits.max_turns=20."],
    [["a..b=1"], "--set a..b: expected keys joined by single dots, for example arms.0.name."],
    [["attempts=many"], '--set attempts: attempts: expected a number, found the text "many".'],
    [["attemps=2"], '--set attemps: attemps: unknown key; did you mean "attempts"?'],
    [["arms.5.name=x"], '--set arms.5.name: arms is a list of 2; expected a number from 0 to 2, not "5".'],
    [["arms.human.name=x"], '--set arms.human.name: arms is a list of 2; expected a number from 0 to 2, not "human".'],
    [["baseline.x=1"], "--set baseline.x: baseline is a single value; nothing can be set below it, so set baseline itself."],
    [["title=[1"], /^--set title: the value is not valid YAML \(.+\); put it in quotes\.$/],
    [["__proto__.x=1"], /^--set __proto__\.x: "__proto__" cannot be a key/],
    [["arms.1.name=none"], '--set arms.1.name: arms.1.name: the arm "none" is already given as number 1 of the list; expected each once.'],
    [
      ["agent.protocol=tools"],
      '--set agent.protocol: agent.kind: this key is missing; expected one of "react", "command", "oracle", "nop".',
    ],
    [["limits.max_turns=1", "limits.max_turns=-1"], "--set limits.max_turns: limits.max_turns: expected at least 1, found -1."],
  ])("%j is refused, naming the option", async (set, expected) => {
    const message = await complaint(good, set);
    if (typeof expected === "string") expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  it("leaves the positions of the rest alone", async () => {
    expect(await complaint(good.replace("split: test", "split: 5"), ["attempts=2"])).toBe(
      "exp.yaml:4:12: benchmarks.0.split: expected a text, found 5.",
    );
  });
});

describe("loadModels for an experiment", () => {
  it("names the line that asks for a sampling a model does not have", async () => {
    const models = path.join(dir, "models");
    await mkdir(models, { recursive: true });
    for (const name of ["big", "small"])
      await writeFile(
        path.join(models, `${name}.yaml`),
        `name: ${name}\nendpoints: [{ base_url: "http://localhost:1/v1" }]\nsampling: { instruct: {}, ${name}-only: {} }\n`,
      );
    await writeFile(file, `${good}roles:\n  rollout: { sampling: instruct }\n  merger: { model: big, sampling: big-only }\n`);
    const fine = await loadExperiment(file);
    expect([...(await loadModels(modelNames(fine.spec), fine, [models])).keys()]).toEqual(["big", "small"]);

    await writeFile(file, `${good}roles:\n  rollout: { sampling: big-only }\n  merger: { model: small, sampling: instuct }\n`);
    const bad = await loadExperiment(file);
    const error = await loadModels(modelNames(bad.spec), bad, [models]).catch((e: unknown) => String(e).replaceAll(`${dir}/`, ""));
    expect(error).toContain('exp.yaml:12:24: roles.rollout.sampling: model "small" has no sampling "big-only"');
    expect(error).toContain('exp.yaml:13:37: roles.merger.sampling: model "small" has no sampling "instuct"; did you mean "instruct"?');

    await writeFile(file, good);
    const plain = await loadExperiment(file);
    await expect(loadModels(["big"], plain, [models])).rejects.toThrow(
      /model "big" has no sampling "default"; expected one of "instruct", "big-only"/,
    );
  });
});
