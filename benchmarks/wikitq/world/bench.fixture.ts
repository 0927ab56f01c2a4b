/** Test bench: plays the solver's scripts in temporary folders, many in one node process, and scores what they leave. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Blobs, DataSource } from "../../../harness/core/contract.ts";
import { sha256 } from "../../../harness/core/json.ts";
import type { Outcome, Submission, Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { wikitq } from "../index.ts";

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export function memoryBlobs(): Blobs {
  const kept = new Map<string, Uint8Array>();
  return {
    get: async (hash) => kept.get(hash) ?? Promise.reject(new Error(`no blob ${hash}`)),
    has: async (hash) => kept.has(hash),
    put: async (bytes) => {
      const hash = sha256(bytes);
      kept.set(hash, bytes);
      return hash;
    },
  };
}

export interface SampleSource extends DataSource, AsyncDisposable {}

/** A generated sample in a folder of its own. */
export async function sampleSource(seed = 7, count = 80): Promise<SampleSource> {
  const dataDir = await mkdtemp(join(tmpdir(), "t2s-wikitq-sample-"));
  await wikitq.sample.generate({ seed, count, dir: join(dataDir, "sample") });
  return { dataDir, blobs: memoryBlobs(), [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) };
}

export async function loadAll(split: string, source: DataSource, form?: string): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for await (const task of wikitq.load(split, source, form)) tasks.push(task);
  return tasks;
}

/** The first user message as the harness renders it. */
export async function messageFor(task: Task): Promise<string> {
  const form = task.form === "direct" ? wikitq.forms.direct : wikitq.forms.workbook;
  const template = await readFile(form.prompt, "utf8");
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => task.slots[name] ?? "");
}

export function bash(command: string, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile("bash", ["-c", command], { cwd, timeout: 120_000, maxBuffer: 1 << 24 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "t2s-wikitq-world-"));
  try {
    await symlink(packages, join(root, "node_modules"));
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const runner = `
const path = require("node:path"), fs = require("node:fs");
console.log = () => {};
for (const dir of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
  process.chdir(dir);
  try { require(path.join(dir, "solve.cjs")); } catch (e) { fs.writeFileSync("error.txt", e.message); }
  process.removeAllListeners("uncaughtException");
}
`;

/** Output workbooks of scripts run on input workbooks; undefined where one left none. */
export function runScripts(
  jobs: readonly { readonly script: string; readonly input: Uint8Array }[],
): Promise<readonly (Uint8Array | undefined)[]> {
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

/** What the look command prints for a workbook task, made from its preview: the header is all the solver reads. */
export function lookOf(task: Task): string {
  const header: unknown = JSON.parse(task.slots.spreadsheet_content?.split("\n")[0] ?? "[]");
  return JSON.stringify({ sheet: "Table", size: 0, rows: [header] });
}

/** The script in a solver's first command after its look. */
export function scriptIn(command: string): string {
  return /<<'JS'\n([\s\S]*)\nJS$/.exec(command)?.[1] ?? "";
}

export async function judge(task: Task, sealed: Sealed, output: Uint8Array | string | undefined, blobs: Blobs): Promise<Outcome> {
  const files =
    output === undefined || typeof output === "string"
      ? []
      : [{ path: "output.xlsx", blob: await blobs.put(output), bytes: output.length }];
  const submission: Submission = { files, exit: "completed", ...(typeof output === "string" ? { answer: output } : {}) };
  return wikitq.scorers.denotation.score(task, sealed, submission, blobs);
}

export const passed = (outcome: Outcome): boolean => outcome.state === "graded" && outcome.score.passed;
