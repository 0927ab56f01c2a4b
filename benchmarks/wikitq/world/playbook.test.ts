import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../../harness/core/world.ts";
import { world as spreadsheets } from "../../spreadsheetbench/world.ts";
import { wikitq } from "../index.ts";
import { planSample } from "../sample/plan.ts";
import { world } from "../world.ts";
import {
  bash,
  judge,
  loadAll,
  lookOf,
  messageFor,
  passed,
  runScripts,
  type SampleSource,
  sampleSource,
  scriptIn,
  withFolder,
} from "./bench.fixture.ts";

let source: SampleSource;
const planned = planSample(7, 80);
beforeAll(async () => {
  source = await sampleSource();
});
afterAll(() => source[Symbol.asyncDispose]());

async function planFor(task: Awaited<ReturnType<typeof loadAll>>[number]): Promise<Plan> {
  const approach = world.playbook?.open(await messageFor(task));
  const plan = approach?.plan(approach.look === undefined ? "" : lookOf(task));
  if (plan === undefined) throw new Error(`task ${task.id} is not understood: ${task.slots.instruction ?? task.slots.question}`);
  return plan;
}

/** A trap does harm where the data has its hazard, and always where it is about the form of the answer. */
const always = new Set([
  "text-dates",
  "exclusive-count",
  "inclusive-count",
  "unit-in-answer",
  "boolean-answer",
  "joined-answer",
  "wrong-sheet",
  "answer-in-header-cell",
  "uncached-formula",
]);

describe("the sample", () => {
  it("is the same for the same seed, interleaves every family in both halves, and says nothing of families, traps or seed", async () => {
    expect(planSample(7, 80)).toEqual(planned);
    expect(planSample(8, 80)).not.toEqual(planned);
    const families = world.families.map(({ id }) => id).sort();
    for (const half of ["evolve", "test"])
      expect([...new Set(planned.filter((t) => t.half === half).map((t) => t.family))].sort()).toEqual(families);
    for (const trap of world.traps) {
      const hit = planned.filter((t) => t.half === "evolve" && t.hazards.some((hazard) => hazard === trap.id)).length;
      if (trap.prevalence === "idiosyncratic") expect([trap.id, hit >= 1 && hit <= 2]).toEqual([trap.id, true]);
    }
    for (const task of await loadAll("sample/all", source)) {
      const text = await messageFor(task);
      for (const { id } of [...world.traps, ...world.families.filter((f) => /-/.test(f.id))]) expect(text).not.toContain(id);
    }
    expect((await loadAll("sample/evolve", source)).every((task) => task.flags.includes("in-evolve-split"))).toBe(true);
  });

  it("refuses counts and folders that will not do", async () => {
    await expect(wikitq.sample.generate({ seed: 1, count: 3, dir: "/tmp/x" })).rejects.toThrow(/give a whole number from 40/);
    await expect(wikitq.sample.generate({ seed: 1, count: 80, dir: source.dataDir })).rejects.toThrow(/holds "sample"/);
  });
});

describe.each(["workbook", "workbook-text"])("in the form %s", (form) => {
  it("every task is solved, and not when a trap that meets it is sprung", async () => {
    const tasks = await loadAll(process.env.T2S_ACCEPTANCE === "1" ? "sample/all" : "sample/evolve", source, form);
    const jobs: { script: string; input: Uint8Array; task: (typeof tasks)[number]; trap: string | undefined }[] = [];
    for (const [i, task] of tasks.entries()) {
      const plan = await planFor(task);
      expect(plan.family).toBe(planned[i]?.family);
      const input = await source.blobs.get(task.files[0]?.blob ?? "");
      const harmful = plan.traps.filter((trap) => always.has(trap) || planned[i]?.hazards.some((hazard) => hazard === trap));
      // The second workbook form runs the same scripts; a quarter of it will do.
      for (const trap of [undefined, ...(form === "workbook" || i % 4 === 0 ? harmful : [])])
        jobs.push({ script: scriptIn(plan.moves(new Set(trap === undefined ? [] : [trap]))[0]?.command ?? ""), input, task, trap });
    }
    const outputs = await runScripts(jobs);
    const met = new Set<string>();
    for (const [n, { task, trap }] of jobs.entries()) {
      const outcome = await judge(task, await wikitq.seal(task, source), outputs[n], source.blobs);
      expect([task.id, task.slots.instruction, trap, passed(outcome)]).toEqual([task.id, task.slots.instruction, trap, trap === undefined]);
      expect(outputs[n], "there is a file, right or wrong").toBeDefined();
      if (trap !== undefined) met.add(trap);
    }
    if (form === "workbook") expect([...met].sort()).toEqual(world.traps.map(({ id }) => id).sort());
  });
});

describe("in words", () => {
  it("every task is solved, and a sprung trap shows in the working", async () => {
    for (const [i, task] of (await loadAll("sample/all", source, "direct")).entries()) {
      const plan = await planFor(task);
      const sealed = await wikitq.seal(task, source);
      const sound = plan.answer?.(new Set()) ?? "";
      expect([task.id, passed(await judge(task, sealed, sound, source.blobs))]).toEqual([task.id, true]);
      for (const trap of plan.traps) {
        const careless = plan.answer?.(new Set([trap])) ?? "";
        expect(careless.split("Answer:")[0]).not.toBe(sound.split("Answer:")[0]);
        if (always.has(trap) || planned[i]?.hazards.some((hazard) => hazard === trap))
          if (!(trap === "joined-answer" && Array.isArray(sealed.fields.target_value) && sealed.fields.target_value.length === 1))
            expect([task.id, trap, passed(await judge(task, sealed, careless, source.blobs))]).toEqual([task.id, trap, false]);
      }
    }
  });
});

describe("understanding", () => {
  it("hangs on the wording and the headers alone: other headers, columns turned round and other values are no matter", async () => {
    const [first] = await loadAll("sample/evolve", source, "direct");
    for (const task of (await loadAll("sample/evolve", source, "direct")).slice(0, 20)) {
      const lines = task.slots.table?.split("\n") ?? [];
      const headers = (lines[0] ?? "")
        .split("|")
        .map((cell) => cell.trim())
        .filter(Boolean);
      const turned = lines.map(
        (line) =>
          `| ${line
            .split(" | ")
            .map((cell) => cell.replace(/^\| | \|$/g, ""))
            .reverse()
            .join(" | ")} |`,
      );
      turned[1] = lines[1] ?? "";
      const rename = (text: string) =>
        headers.reduce((all, header, i) => all.replaceAll(new RegExp(`(?<![\\w])${header}(?![\\w])`, "gi"), `Quorlet ${i}`), text);
      const other = { ...task, slots: { table: rename(turned.join("\n")), question: rename(task.slots.question ?? "").toLowerCase() } };
      const answer = (await planFor(other)).answer?.(new Set()) ?? "";
      expect([task.id, passed(await judge(task, await wikitq.seal(task, source), answer, source.blobs))]).toEqual([task.id, true]);
    }
    expect(first).toBeDefined();
  });

  it("sees in a real look what the tests take for one, and reads the answer back", async () => {
    const [task] = await loadAll("sample/evolve", source);
    if (task === undefined) throw new Error("no task");
    await withFolder(async (folder) => {
      const { writeFile } = await import("node:fs/promises");
      await writeFile(`${folder}/input.xlsx`, await source.blobs.get(task.files[0]?.blob ?? ""));
      const approach = world.playbook?.open(await messageFor(task));
      const seen = await bash(approach?.look?.command ?? "false", folder);
      const plan = approach?.plan(`a log\n${seen}`);
      expect(plan?.family).toBe(planned[0]?.family);
      let last = "";
      for (const move of plan?.moves(new Set()) ?? []) last = await bash(move.command, folder);
      expect(last).toMatch(/^A1=Answer\nA2=.+/);
    });
  });

  it("of other benchmarks' tasks and of unknown questions there is none", async () => {
    const [task] = await loadAll("sample/evolve", source);
    if (task === undefined) throw new Error("no task");
    const message = await messageFor(task);
    expect(spreadsheets.playbook?.open(message)).toBeUndefined();
    expect(
      world.playbook?.open(
        "### instruction\nx\n### spreadsheet_path\n/work/input.xlsx\n### answer_position\nA1\n### output_path\n/work/output.xlsx",
      ),
    ).toBeUndefined();
    expect(world.playbook?.open("Solve x + 2 = 5.")).toBeUndefined();
    const strange = world.playbook?.open(message.replace(task.slots.instruction ?? "", "why did the third season end early?"));
    expect(strange?.plan(lookOf(task))).toBeUndefined();
    expect(strange?.flounder.at(-1)?.command).toBe("cp input.xlsx output.xlsx");
    expect(strange?.plan('{"sheet":"Table","size":3,"rows":[["a [... 400 characters left out ...]')).toBeUndefined();
  });
});
