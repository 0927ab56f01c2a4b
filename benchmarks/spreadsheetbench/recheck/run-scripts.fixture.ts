/** Runs solvers' scripts on many inputs in one node process, and says what the default scorer makes of the files they leave. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Blobs, Recheck, Task } from "../../../harness/core/contract.ts";
import type { Submission } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { comparePublished } from "../score/compare-workbooks.ts";
import { readWorkbook } from "../score/read-workbook.ts";
import { WorkbookError } from "../score/zip-archive.ts";
import { world } from "../world.ts";
import { doubtAnswer } from "./doubt-answer.ts";

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));

function bash(command: string, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile("bash", ["-c", command], { cwd, timeout: 300_000, maxBuffer: 1 << 24 }, (_error, stdout) => resolve(stdout));
  });
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "t2s-recheck-"));
  try {
    await symlink(packages, join(root, "node_modules"));
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export interface ScriptJob {
  readonly script: string;
  readonly input: Uint8Array;
}

const runner = `
const path = require("node:path");
console.log = () => {};
for (const dir of JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"))) {
  process.chdir(dir);
  try { require(path.join(dir, "solve.cjs")); } catch {}
  process.removeAllListeners("uncaughtException");
}
`;

/** The output.xlsx of every job, undefined where the script left none. */
export function runScripts(jobs: readonly ScriptJob[]): Promise<readonly (Uint8Array | undefined)[]> {
  return withFolder(async (root) => {
    const dirs: string[] = [];
    for (const [i, { script, input }] of jobs.entries()) {
      const dir = join(root, String(i));
      await mkdir(dir);
      await writeFile(join(dir, "input.xlsx"), input);
      await writeFile(join(dir, "solve.cjs"), script);
      dirs.push(dir);
    }
    await writeFile(join(root, "runner.cjs"), runner);
    await writeFile(join(root, "dirs.json"), JSON.stringify(dirs));
    await bash("node runner.cjs dirs.json", root);
    return Promise.all(dirs.map((dir) => readFile(join(dir, "output.xlsx")).catch(() => undefined)));
  });
}

/** The scripts with which the simulated solver, all traps avoided, solves tasks; undefined where it does not understand one. */
export function honestScripts(tasks: readonly Task[], blobs: Blobs): Promise<readonly (string | undefined)[]> {
  return withFolder(async (root) => {
    const template = await readFile(new URL("../prompts/task.md", import.meta.url), "utf8");
    const scripts: (string | undefined)[] = [];
    for (const [i, task] of tasks.entries()) {
      const dir = join(root, String(i));
      await mkdir(dir);
      await writeFile(join(dir, "input.xlsx"), await blobs.get(task.files[0]?.blob ?? ""));
      const approach = world.playbook?.open(template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => task.slots[name] ?? ""));
      const plan = approach?.plan(await bash(approach.look?.command ?? "false", dir));
      const [write] = plan?.moves(new Set()) ?? [];
      if (write !== undefined) await bash(write.command, dir);
      scripts.push(await readFile(join(dir, "solve.cjs"), "utf8").catch(() => undefined));
    }
    return scripts;
  });
}

/** Verdict of the default scorer; a missing or unreadable file has failed. */
export async function passes(task: Pick<Task, "id">, sealed: Sealed, output: Uint8Array | undefined, blobs: Blobs): Promise<boolean> {
  if (output === undefined) return false;
  try {
    const gold = readWorkbook(await blobs.get(sealed.files[0]?.blob ?? ""));
    return comparePublished("trace2skill", gold, readWorkbook(output), String(sealed.fields.answer_position)).verdict === true;
  } catch (error) {
    if (error instanceof WorkbookError) return false;
    throw new Error(`task ${task.id}`, { cause: error });
  }
}

/** Whether a fix with that output holds on a recheck. `earlier` collects what it left on changed data. */
export async function holds(check: Recheck, output: Uint8Array | undefined, earlier: Submission[], blobs: Blobs): Promise<boolean> {
  const passed = await passes(check.task, check.sealed, output, blobs);
  if (check.expect === "pass" || output === undefined) return passed;
  const files = [{ path: "output.xlsx", blob: await blobs.put(output), bytes: output.length }];
  const submission: Submission = { files, exit: "completed" };
  const doubt = await doubtAnswer(check, submission, earlier, blobs);
  earlier.push(submission);
  return !passed && doubt === undefined;
}

const opening = `const fs = require("fs"), X = require("xlsx");
const wb = X.read(fs.readFileSync("input.xlsx"), { cellNF: true, cellFormula: true });
const save = (book) => fs.writeFileSync("output.xlsx", X.write(book, { type: "buffer", bookType: "xlsx" }));`;

/** What a script makes of the reference's cell `want` on data it does not know: nothing, a text, one figure, or something near it. */
export type Otherwise = "nothing" | "text" | "zero" | "near";

const otherwiseOf: Readonly<Record<Exclude<Otherwise, "nothing">, string>> = {
  text: '{ t: "s", v: "x" }',
  zero: '{ t: "n", v: 0 }',
  near: 'typeof want.v === "number" ? { ...want, v: want.v + 1.5, w: undefined } : { t: "s", v: "x" + want.v }',
};

/** Copies the reference's values of the answer cells into the file, as somebody does who has seen them. */
export function hardCoded(gold: Uint8Array, condition = "true", otherwise: Otherwise = "nothing"): string {
  return `${opening}
const gold = X.read(Buffer.from(${JSON.stringify(Buffer.from(gold).toString("base64"))}, "base64"), { cellNF: true });
const before = X.read(fs.readFileSync("input.xlsx"), { cellNF: true });
const known = ${condition};
if (known || ${otherwise !== "nothing"}) {
  for (const name of gold.SheetNames) {
    if (!wb.Sheets[name]) { wb.SheetNames.push(name); wb.Sheets[name] = gold.Sheets[name]; continue; }
    const original = ORIGINAL[name] || {};
    for (const at of new Set([...Object.keys(gold.Sheets[name]), ...Object.keys(original)])) {
      if (at[0] === "!") continue;
      const want = gold.Sheets[name][at], had = original[at];
      if ((want && want.v) === (had && had.v)) continue;
      if (want) wb.Sheets[name][at] = known ? want : ${otherwise === "nothing" ? "want" : otherwiseOf[otherwise]}; else delete wb.Sheets[name][at];
    }
    wb.Sheets[name]["!ref"] = gold.Sheets[name]["!ref"];
  }
}
save(wb);`;
}

/** Puts what a hard-coding script knows of the original input in front of it. */
export function knowing(original: Uint8Array, script: string): string {
  return `const ORIGINAL = require("xlsx").read(Buffer.from(${JSON.stringify(Buffer.from(original).toString("base64"))}, "base64")).Sheets;
const onlyKnown = (sheets) => Object.fromEntries(Object.keys(ORIGINAL).map((name) => [name, sheets[name] || {}]));
const BYTES = ${JSON.stringify(Buffer.from(original).toString("base64"))};
${script}`;
}
