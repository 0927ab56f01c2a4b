import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coverageSchema, mergeTreeSchema } from "../core/evolution.ts";
import { type ExperimentSpec, experimentSpecSchema } from "../core/spec.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { framed } from "../evolve/program/program-frame.ts";
import { programQuestionSchema, programRecordSchema, programResultSchema, programSpecSchema } from "../evolve/program/program-record.ts";
import { analysisInputSchema, analysisOutputSchema, mergeInputSchema, mergeOutputSchema } from "../evolve/program/published.ts";
import { loadExperiment } from "../experiment/config/load-experiment.ts";
import type { Parts } from "../experiment/parts.ts";
import { resolveExperiment } from "../experiment/resolve-experiment.ts";
import { localGate } from "../model/local-gate.ts";
import { unsandboxed } from "../sandbox/unsandboxed.ts";
import { readSkill } from "../skill/read-skill.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { readContext } from "./context.ts";
import { type InProcessRun, runInProcess } from "./experiment.fixture.ts";
import { t2sHere } from "./run-t2s.fixture.ts";
import { schemaCommand } from "./schema-command.ts";
import { unitCommandLine } from "./unit-command-line.ts";
import { openWorkshop, type Workshop } from "./workshop.fixture.ts";

const standIns = "harness/evolve/program/stand-ins";
const analyst = { command: ["python3", "analyst.py"], files: `${standIns}/analyst`, max_calls: 4 };
const merge = { command: ["python3", "merge.py"], files: `${standIns}/merge`, batch_size: 2 };

function specOf(evolution: Record<string, unknown>): ExperimentSpec {
  return experimentSpecSchema.parse({
    name: "programs",
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    arms: [{ name: "evolved", guidance: { kind: "evolved" } }],
    solvers: ["sim-large"],
    evolution: {
      author: "sim-large",
      start: { skill: "skills/xlsx-parametric" },
      limit: 3,
      select: { by: "first" },
      prevalence: { min_support: 1 },
      ...evolution,
    },
    limits: { max_turns: 20, command_timeout_s: 60 },
    seeds: { rollout: [41], evolution: [41] },
  });
}

let workshop: Workshop;
let first: InProcessRun;
let works = false;
const rowsOf = (run: InProcessRun, type: string) => run.rows.map((row) => JSON.parse(row)).filter((row) => row.type === type);
const artifact = async (results: string, name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(workshop.home, results, "programs/evolutions/evolved/s41", name), "utf8"));
/** A folder with one small program in it. */
async function programFolder(name: string, text: string): Promise<string> {
  const folder = join(workshop.home, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "main.mjs"),
    `import { readFileSync } from "node:fs";\nconst step = JSON.parse(readFileSync(0, "utf8"));\n${text}`,
  );
  return folder;
}

beforeAll(async () => {
  workshop = await openWorkshop();
  await using open = await workshop.open("first");
  works = open.parts.sandbox.id !== "none";
  if (works) first = await runInProcess(specOf({ analyst, merge }), open.parts);
}, 120_000);
afterAll(() => workshop[Symbol.asyncDispose]());

describe("an analyst and a merge step in Python", { timeout: 120_000 }, () => {
  it("make a skill, with their calls counted and their work in the ledger, and are not asked twice", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    expect(first.summary).toMatchObject({ slots: 1, errored: 0, unlearned: [] });
    const analyses = rowsOf(first, "analysis");
    expect(analyses).toHaveLength(3);
    for (const row of analyses) {
      expect(row).toMatchObject({ analyst: "program", state: "accepted", author: "sim-large", simulated: true, turns: row.usage.calls });
      expect(row.usage.calls).toBeGreaterThan(0);
      expect(row.trajectory).toMatch(/^[0-9a-f]{64}$/);
    }
    const merges = rowsOf(first, "merge").filter(({ key }) => key !== null);
    expect(merges.map(({ state, author, simulated }) => ({ state, author, simulated }))).toEqual(
      merges.map(() => ({ state: "merged", author: "python3 merge.py", simulated: false })),
    );
    expect(first.ran.program).toBe(analyses.length + merges.length);
    expect(first.ran.analysis).toBeUndefined();
    expect(rowsOf(first, "evolution")[0]).toMatchObject({ state: "evolved" });
    await using open = await workshop.open("first");
    expect(await runInProcess(specOf({ analyst, merge }), open.parts)).toMatchObject({ ran: {}, rows: first.rows });
  });

  it("are shown with what they read and printed, by the beginning of their key", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    const results = ["--results", join(workshop.home, "first")];
    const { key } = rowsOf(first, "merge").find((row) => row.key !== null);
    const shown = await t2sHere(["show", key.slice(0, 12), ...results]);
    expect([shown.code, shown.err]).toEqual([0, ""]);
    expect(shown.out).toMatch(/^Step [0-9a-f]{64}\nprogram python3 \/agent\/merge\.py; form merge, seed 41\n/);
    expect(shown.out).toMatch(
      /--- Standard input ---\n\{[\s\S]*--- Run 1 ---\nexit code 0\n[\s\S]*--- Standard output ---\n\{[\s\S]*--- End ---\nread\n/,
    );
    const data = JSON.parse((await t2sHere(["show", key, "--json", ...results])).out);
    mergeInputSchema.partial().parse(data.question);
    expect(data.unit).toMatchObject({ key, spec: { kind: "program" }, result: { state: "read" } });
  });

  it("read what their published schemas say", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    await using open = await workshop.open("first");
    const seen = await inputsOf(open.parts);
    expect(seen.map(({ step }) => step).sort()).toEqual(["analysis", "analysis", "analysis", "merge", "merge"]);
    for (const { step, input, output } of seen) {
      (step === "merge" ? mergeInputSchema : analysisInputSchema).parse(input);
      (step === "merge" ? mergeOutputSchema : analysisOutputSchema).parse(output);
    }
    for (const name of ["analysis-input", "analysis-output", "merge-input", "merge-output"]) {
      let text = "";
      await schemaCommand(name, {}, { ...readContext(), out: (part: string) => (text += part) });
      expect(JSON.parse(text).title).toMatch(/ a program of its own (reads|prints)$/);
    }
  });

  it("do the same in processes of their own, which have only the store", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    await copyEpisodes("children");
    await using open = await workshop.open("children");
    for (const { key } of await inputsOf(open.parts)) await rm(open.parts.store.units.pathOf(key));
    const context = readContext();
    const results = join(workshop.home, "children");
    const command = unitCommandLine({ results, models: ["sim-large"], sandbox: open.parts.sandbox.id, slots: 2 }, context);
    const again = await runInProcess(specOf({ analyst, merge }), open.parts, () =>
      childExecutor(command, { workers: 2, cwd: workshop.home, env: process.env, gate: localGate() }),
    );
    expect(again.ran).toEqual({ program: first.ran.program });
    expect(again.rows).toEqual(first.rows);
  });

  it("are other units when one byte of them changes, and only what stands on them runs again", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    await using open = await workshop.open("first");
    const edited: Parts = {
      ...open.parts,
      readProgram: async (path) =>
        (await open.parts.readProgram(path)).map((file) =>
          file.path === "merge.py" ? { ...file, bytes: Buffer.concat([file.bytes, Buffer.from("\n")]) } : file,
        ),
    };
    const again = await runInProcess(specOf({ analyst, merge }), edited);
    expect(again.ran).toEqual({ program: rowsOf(first, "merge").filter(({ key }) => key !== null).length });
  });
});

describe("somebody else's analyst and merge step", { timeout: 120_000 }, () => {
  const lesson = '{ title: "Look first", description: "Before writing.", content: "Open the sheet first." }';
  const edit = '{ op: "append_to_section", file: "SKILL.md", target_section: "## Requirements", content: "- Look first.", lessons: [1] }';
  const answer = `{ ...(step.outcome === "failed" ? { causes: [${lesson}] } : { path: { overview: "o", steps: ["s"] } }), lessons: [${lesson}]`;

  it("write edits of their own where they like, so that no model is asked", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    const folder = await programFolder(
      "own-edits",
      `const skill = step.skill[0].text.match(/^## .*$/m)[0];
      console.log(JSON.stringify(${answer}, edits: [{ ...${edit}, target_section: skill }] }));`,
    );
    await copyEpisodes("own-edits-results");
    await using open = await workshop.open("own-edits-results");
    const spec = specOf({ analyst: { command: ["node", "main.mjs"], files: folder }, merge: { ...merge, batch_size: "all" } });
    const run = await runInProcess(spec, open.parts);
    expect(run.ran).toMatchObject({ program: 4 });
    expect(run.ran.call).toBeUndefined();
    expect(rowsOf(run, "analysis")[0]).toMatchObject({
      author: "node main.mjs",
      simulated: false,
      usage: { calls: 0 },
      lessons: expect.any(Number),
    });
    expect(rowsOf(run, "evolution")[0]).toMatchObject({ state: "evolved", editsProposed: 3, editsApplied: 3 });
    const { files } = await readSkill(join(workshop.home, "own-edits-results/programs/evolutions/evolved/s41/skill"));
    expect(String(Buffer.from(files.find(({ path }) => path === "SKILL.md")?.bytes ?? ""))).toContain("- Look first.");
  });

  it("that fail, or whose edits do not fit, reject their episode with the reason, told where people look", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    const folder = await programFolder(
      "broken-analyst",
      `
      if (step.outcome === "passed") { console.error("cannot count"); process.exit(3); }
      console.log(JSON.stringify(${answer}, edits: [{ ...${edit}, target_section: "## Nowhere" }] }));`,
    );
    await copyEpisodes("broken-analyst-results");
    await using open = await workshop.open("broken-analyst-results");
    const run = await runInProcess(specOf({ analyst: { command: ["node", "main.mjs"], files: folder }, reply_rounds: 2 }), open.parts);
    const reasons = rowsOf(run, "analysis").map(({ source, state, reason }) => `${source} ${state} ${reason}`);
    expect([...new Set(reasons)].sort()).toEqual(["error rejected unreadable-reply", "success rejected program-failed"]);
    expect(rowsOf(run, "evolution")[0]).toMatchObject({ state: "unchanged", analyses: { accepted: 0, rejected: 3, errored: 0 } });
    const { episodes } = coverageSchema.parse(await artifact("broken-analyst-results", "coverage.json"));
    const notes = episodes.map(({ note }) => note).join("\n");
    expect(notes).toContain("the program ended with exit code 3; its standard error ended:\ncannot count");
    expect(run.notes).toContainEqual(
      expect.stringMatching(/^note: the analyst of arm evolved gave nothing usable for 3 of 3 episodes; first: /),
    );
    expect(notes).toContain('edits[0] does not fit the skill: SKILL.md has no heading "## Nowhere"');
  });

  it("that cannot merge leave the patches as they are, and the tree says why", async ({ skip }) => {
    if (!works) skip("no sandbox works here");
    const folder = await programFolder("broken-merge", 'console.log(JSON.stringify({ reasoning: "", edits: [{ from: ["p9e9"] }] }));');
    await copyEpisodes("broken-merge-results");
    await using open = await workshop.open("broken-merge-results");
    const run = await runInProcess(
      specOf({ analyst, merge: { ...merge, command: ["node", "main.mjs"], files: folder }, reply_rounds: 1 }),
      open.parts,
    );
    expect(rowsOf(run, "merge").some(({ state }) => state === "unreadable")).toBe(true);
    expect(run.notes).toContainEqual(
      expect.stringMatching(
        /^note: the merge step of arm evolved gave nothing usable for \d of \d groups, which are left unmerged; first: /,
      ),
    );
    const { nodes } = mergeTreeSchema.parse(await artifact("broken-merge-results", "merge-tree.json"));
    const unread = nodes.filter(({ state }) => state === "unreadable");
    for (const { reasoning, departures } of unread) {
      expect(reasoning).toMatch(/^2 patches could not be merged in one call: edits\[0\].*op is missing/);
      expect(departures).toEqual([]);
    }
    expect(rowsOf(run, "evolution")[0]).toMatchObject({ state: "evolved" });
  });

  it("are refused in one sentence when the config cannot mean them, or no sandbox could hold them", async () => {
    await using open = await workshop.open("refused");
    const complaint = async (...set: string[]): Promise<string> => {
      const base = ["benchmarks.0.limit=1", "evolution.limit=1", "solvers=[sim-large]"];
      try {
        const { spec } = await loadExperiment("quickstart", { set: [...base, ...set] });
        await resolveExperiment(spec, open.parts);
        return "accepted";
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    expect(await complaint("evolution.analyst.max_calls=2")).toMatch(
      /evolution\.analyst: there are settings of a program and none is named; expected a command/,
    );
    expect(await complaint("evolution.merge.files=x")).toMatch(
      /evolution\.merge: there are settings of a program and none is named; expected a command/,
    );
    expect(await complaint("evolution.analyst={command: []}")).toMatch(/evolution\.analyst\.command: expected at least 1/);
    expect(await complaint("evolution.analyst={command: [x], network: true}")).toMatch(/evolution\.analyst\.network: unknown key/);
    expect(await complaint("evolution.analyst={command: [x]}", "evolution.records=[a.json]")).toMatch(
      /records take the place of episodes and analysts; expected no analyst with them/,
    );
    const parts = { ...open.parts, sandbox: await unsandboxed({}) };
    const run = (evolution: Record<string, unknown>, over = parts) => runInProcess(specOf(evolution), over);
    await expect(run({ merge })).rejects.toThrow(/^arm evolved has a program of its own as its merge step, which needs a sandbox/);
    if (works) {
      const { sample } = open.parts.benchmarks.math ?? {};
      await sample?.generate({ seed: 1, count: 64, dir: join(workshop.home, "data/math/sample") });
      const words = specOf({});
      const spec = experimentSpecSchema.parse({
        ...words,
        benchmarks: [{ id: "math", split: "sample/test", limit: 1 }],
        agent: { command: ["python3", "agent.py"], files: "harness/agent/command/stand-ins" },
        evolution: { ...words.evolution, start: { skill: "skills/math-parametric" } },
      });
      await expect(runInProcess(spec, open.parts)).rejects.toThrow(
        /fixes of answers in words are certified by taking the solver back to a turn, which a program of somebody else's cannot be; set analysts\.error: single-call, or name an analyst of your own/,
      );
      expect(await readdir(join(open.parts.store.root, "units")).catch(() => [])).toEqual([]);
    }
    if (works)
      await expect(run({ analyst: { ...analyst, files: "no/such" } }, open.parts)).rejects.toThrow(
        /no\/such of the program of its analyst \(evolution\.analyst\.files\) is not there/,
      );
  });
});

/** Another results folder that has the first one's episodes already. */
async function copyEpisodes(results: string): Promise<void> {
  await cp(join(workshop.home, "first/.store"), join(workshop.home, results, ".store"), { recursive: true });
}

/** What every program step in a store was given in its first round. */
async function inputsOf({ store }: Pick<Parts, "store">) {
  const seen: { readonly step: unknown; readonly input: unknown; readonly output: unknown; readonly key: string }[] = [];
  for await (const key of store.units.keys()) {
    const unit = await store.units.get(key);
    const spec = programSpecSchema.safeParse(unit?.spec);
    if (!spec.success) continue;
    const record = programRecordSchema.parse(await readJsonBlob(store.blobs, spec.data.program));
    const result = programResultSchema.parse(unit?.result);
    const { question } = programQuestionSchema.parse(await readJsonBlob(store.blobs, spec.data.question));
    seen.push({
      step: question.step,
      input: framed(record, question, { round: 1 }),
      output: result.state === "read" ? result.value : undefined,
      key,
    });
  }
  return seen;
}
