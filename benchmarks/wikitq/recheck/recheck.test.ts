import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Recheck, Task } from "../../../harness/core/contract.ts";
import type { Submission } from "../../../harness/core/record.ts";
import { wikitq } from "../index.ts";
import { answerWorkbook } from "../load-tasks.ts";
import { targetOf } from "../score/target.ts";
import {
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
} from "../world/bench.fixture.ts";

let source: SampleSource;
let tasks: readonly Task[];
beforeAll(async () => {
  source = await sampleSource();
  tasks = await loadAll("sample/evolve", source);
});
afterAll(() => source[Symbol.asyncDispose]());

async function rechecks(task: Task, seed = 1): Promise<Recheck[]> {
  const found: Recheck[] = [];
  for await (const one of wikitq.recheck(task, await wikitq.seal(task, source), { seed, siblings: [], blobs: source.blobs }))
    found.push(one);
  return found;
}

async function honestScript(task: Task): Promise<string> {
  const plan = wikitq.world.playbook?.open(await messageFor(task))?.plan(lookOf(task));
  return scriptIn(plan?.moves(new Set())[0]?.command ?? "");
}

const carrying = (answer: Uint8Array): string =>
  `require("fs").writeFileSync("output.xlsx", Buffer.from(${JSON.stringify(Buffer.from(answer).toString("base64"))}, "base64"));`;

describe("rechecks", () => {
  it("are held by honest scripts and not by those that carry the answer; equal seeds give equal ones", async () => {
    const jobs: { script: string; input: Uint8Array; task: Task; check: Recheck; kind: "honest" | "carrying" }[] = [];
    // Every second task by default; all of them in the long form.
    const chosen = process.env.T2S_ACCEPTANCE === "1" ? tasks : tasks.filter((_, i) => i % 2 === 0);
    let certifiable = 0;
    for (const task of chosen) {
      const checks = await rechecks(task);
      if (checks.length === 0) continue;
      certifiable += 1;
      expect(await rechecks(task)).toEqual(checks);
      const sealed = await wikitq.seal(task, source);
      const scripts = { honest: await honestScript(task), carrying: carrying(answerWorkbook(targetOf(task, sealed).values)) };
      for (const check of checks)
        for (const kind of ["honest", "carrying"] as const)
          jobs.push({ script: scripts[kind], input: await source.blobs.get(check.task.files[0]?.blob ?? ""), task, check, kind });
    }
    const outputs = await runScripts(jobs);
    const caught = new Set<string>();
    const earlier = new Map<string, Submission[]>();
    for (const [n, { task, check, kind }] of jobs.entries()) {
      const right = passed(await judge(check.task, check.sealed, outputs[n], source.blobs));
      let held = outputs[n] !== undefined && right === (check.expect === "pass");
      const output = outputs[n];
      if (kind === "honest" && check.expect === "differ" && output !== undefined) {
        const before = earlier.get(task.id) ?? [];
        const submission = {
          files: [{ path: "output.xlsx", blob: await source.blobs.put(output), bytes: output.length }],
          exit: "completed" as const,
        };
        held &&= (await wikitq.doubt(check, submission, before, source.blobs)) === undefined;
        earlier.set(task.id, [...before, submission]);
      }
      if (kind === "honest")
        expect([task.id, task.slots.instruction, check.what, held]).toEqual([task.id, task.slots.instruction, check.what, true]);
      else if (!held) caught.add(task.id);
    }
    expect(caught.size).toBe(certifiable);
    // Questions for yes or no and small counts have none.
    expect(certifiable).toBeGreaterThan(chosen.length * 0.6);
  }, 120_000);

  it("doubt what cannot come from the changed table", async () => {
    const left = async (...items: string[]) => {
      const bytes = answerWorkbook(items);
      return { files: [{ path: "output.xlsx", blob: await source.blobs.put(bytes), bytes: bytes.length }], exit: "completed" as const };
    };
    const check = { what: "", sealed: { files: [], fields: {} } };
    const doubt = async (now: Submission, ...before: Submission[]) => wikitq.doubt(check, now, before, source.blobs);
    expect(await doubt(await left("240"), await left("260"))).toBeUndefined();
    expect(await doubt(await left("2"), await left("2"))).toBeUndefined();
    expect(await doubt(await left("240"), await left("240.0"))).toBe("the figure is the same for different data");
    expect(await doubt(await left("none"))).toBe("it left a text there where a figure belongs");
    expect(await doubt(await left())).toBe("it left 0 items there where one figure belongs");
    expect(await doubt({ files: [], exit: "completed" })).toBe("it left no workbook there");
  });

  it("of answers in words there are none", async () => {
    const [task] = await loadAll("sample/evolve", source, "direct");
    expect(task && (await rechecks(task))).toEqual([]);
  });
});

describe("kit", () => {
  function compare(dir: string, file: string): Promise<string> {
    return new Promise((resolve) => {
      execFile("node", [join(dir, "compare.cjs"), file], { cwd: dir }, (_error, stdout, stderr) => resolve(stdout + stderr));
    });
  }

  it("passes the reference, says what differs, and reads workbooks and texts", async () => {
    const task = tasks.find((one) => one.type === "list");
    if (task === undefined) throw new Error("no list");
    const sealed = await wikitq.seal(task, source);
    const { values } = targetOf(task, sealed);
    const { files, command, about } = await wikitq.kit(task, sealed, source.blobs);
    expect(command).toBe("node /work/kit/compare.cjs {{candidate}}");
    expect(about).not.toContain("\n");
    await withFolder(async (root) => {
      const dir = join(root, "kit");
      await mkdir(dir);
      for (const { path, bytes } of files) await writeFile(join(dir, path), bytes);
      await writeFile(join(root, "good.xlsx"), answerWorkbook(values.map((item) => `${item.toUpperCase()} [1]`)));
      await writeFile(join(root, "bad.xlsx"), answerWorkbook([...values.slice(1), "Somebody Else"]));
      await writeFile(join(root, "start.xlsx"), await source.blobs.get(task.files[0]?.blob ?? ""));
      await writeFile(join(root, "answer.txt"), `Thinking.\n**Answer:**\n${values.map((item) => `- ${item}`).join("\n")}\n`);
      await writeFile(join(root, "empty.txt"), "");
      expect(await compare(dir, join(root, "good.xlsx"))).toMatch(/^PASS/);
      expect(await compare(dir, join(root, "answer.txt"))).toMatch(/^PASS/);
      expect(await compare(dir, join(root, "bad.xlsx"))).toMatch(
        /^FAIL: 1 of \d items are missing, 1 do not belong\n {2}item 1: expected ".+", got "Somebody Else"/,
      );
      expect(await compare(dir, join(root, "start.xlsx"))).toMatch(/^FAIL: there is no sheet Answer; the workbook has "Table"/);
      expect(await compare(dir, join(root, "empty.txt"))).toMatch(/^FAIL: there is no line/);
      expect(await compare(dir, join(root, "nothing.xlsx"))).toMatch(/^FAIL: there is no file/);
    });
  });

  it("finds the answer and the question's names in lessons, and nothing in general advice", async () => {
    const { wordings } = { wordings: wikitq.world.traps.flatMap((trap) => trap.lesson.wordings) };
    for (const task of tasks.slice(0, 12)) {
      const sealed = await wikitq.seal(task, source);
      const { leaks } = await wikitq.kit(task, sealed, source.blobs);
      for (const { title, description, content } of wordings) expect(leaks(`${title}. ${description} ${content}`)).toEqual([]);
      for (const value of targetOf(task, sealed).values) {
        const number = Number(value);
        if (["yes", "no"].includes(value) || number <= 12) continue;
        const spellings = Number.isNaN(number)
          ? [value, value.toUpperCase(), value.replace(" ", "  ")]
          : [value, number.toLocaleString("en-US"), number.toLocaleString("de-DE"), `${number}.0`];
        for (const spelling of spellings)
          expect([task.id, spelling, leaks(`It is ${spelling} here.`).length]).toEqual([task.id, spelling, 1]);
      }
      expect(leaks(`As in ${task.id}, look twice.`).map(({ why }) => why)).toEqual(["is the id of this question"]);
    }
  });
});
