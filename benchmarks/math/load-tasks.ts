/** From files of problems to tasks: one a problem. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DataSource } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import type { Json } from "../../harness/core/json.ts";
import type { Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { type Problem, readProblemAt, readProblems } from "./read-problems.ts";
import { evolveIds, findSplit, type Split } from "./splits.ts";

/** Fields of a row that tell its answer: they go where the answer goes. */
const telling = /solution|answer|rationale|explanation|reasoning|ground_?truth|reward|response|output/i;

/** Tasks of a split: in the order of the file, of a drawn set in the order in which they were drawn. Throws UsageError naming the file that is missing or malformed. */
export async function* loadTasks(splitId: string, source: Pick<DataSource, "dataDir">): AsyncGenerator<Task> {
  const split = findSplit(splitId);
  for (const file of await filesOf(split, source.dataDir)) {
    const problems = await readSet(split, file, source.dataDir);
    const evolve = evolveIds(split.set, problems);
    for (const problem of split.select(problems)) yield taskOf(problem, split.set, file, evolve.has(problem.id));
  }
}

/** Ground truth of a task that loadTasks gave. Throws UsageError when its file has gone or was changed since. */
export async function sealTask(task: Task, source: Pick<DataSource, "dataDir">): Promise<Sealed> {
  const { set, file, line, at, bytes } = task.origin;
  if (set === undefined || file === undefined) throw new TypeError(`task ${task.id} was not made by the math loader`);
  const path = join(source.dataDir, set, file);
  const found = await readProblemAt(path, { line: Number(line), at: Number(at), bytes: Number(bytes) }, hintFor(set));
  if (found.problem !== task.slots.problem)
    throw new UsageError(`${path} was changed after the task ${task.id} was read from it; run the command again.`);
  const told = Object.fromEntries(Object.entries(found.extra).filter(([name]) => telling.test(name)));
  return { files: [], fields: { ...told, answer: found.answer } };
}

/** How much of a split is on disk; `note` is a sentence for people when something is missing. */
export interface SplitCoverage {
  readonly split: string;
  readonly problems: number;
  readonly expected?: number;
  readonly missing: number;
  readonly note?: string;
}

/** Counts a split's problems. Throws as loadTasks does. */
export async function splitCoverage(splitId: string, source: Pick<DataSource, "dataDir">): Promise<SplitCoverage> {
  const split = findSplit(splitId);
  let problems = 0;
  let inSet = 0;
  for (const file of await filesOf(split, source.dataDir)) {
    const found = await readSet(split, file, source.dataDir);
    inSet += found.length;
    problems += split.select(found).length;
  }
  if (split.expected === undefined) return { split: splitId, problems, missing: 0 };
  const missing = Math.max(0, split.expected - problems);
  const drawn = split.drawn ? ` (drawn from the ${inSet} that this copy of ${split.set} holds)` : "";
  const note =
    missing === 0
      ? {}
      : { note: `Split ${splitId}: ${problems} of ${split.expected} problems are present${drawn}; every number is over these only.` };
  return { split: splitId, problems, expected: split.expected, missing, ...note };
}

async function filesOf(split: Split, dataDir: string): Promise<readonly string[]> {
  if (split.set !== "user") return [`${split.set}.jsonl`];
  if (split.file !== undefined) return [`${split.file}.jsonl`];
  const folder = join(dataDir, "user");
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code))) return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".jsonl") && !name.startsWith(".")).sort();
  if (files.length === 0) throw new UsageError(`There is no *.jsonl in ${folder}; ${hintFor("user")}.`);
  return files;
}

async function readSet(split: Split, file: string, dataDir: string): Promise<readonly Problem[]> {
  const path = join(dataDir, split.set, file);
  const hint = hintFor(split.set);
  const problems: Problem[] = [];
  const ids = new Set<string>();
  const texts = new Set<string>();
  for await (const problem of readProblems(path, hint)) {
    // Published copies of DAPO-Math hold every problem many times.
    if (split.drawn && texts.has(problem.problem)) continue;
    if (split.drawn) texts.add(problem.problem);
    if (ids.has(problem.id))
      throw new UsageError(
        `${path} has the id "${problem.id}" twice (second time in line ${problem.place.line}); give every row its own, or none; ${hint}.`,
      );
    ids.add(problem.id);
    problems.push(problem);
  }
  if (problems.length === 0) throw new UsageError(`${path} holds no problem; ${hint}.`);
  return problems;
}

function taskOf(problem: Problem, set: string, file: string, inEvolve: boolean): Task {
  // Two files of a user's may count their rows alike.
  const id = set === "user" ? `${file.replace(/\.jsonl$/, "")}:${problem.id}` : problem.id;
  const { line, at, bytes } = problem.place;
  const kept = Object.entries(problem.extra).filter(([name]) => !telling.test(name));
  const type = problem.extra.subject ?? problem.extra.type ?? problem.extra.contest;
  return {
    id,
    cluster: id,
    form: "boxed",
    ...(typeof type === "string" && type !== "" ? { type } : {}),
    slots: { problem: problem.problem },
    images: [],
    files: [],
    needs: [],
    flags: inEvolve ? ["in-evolve-split"] : [],
    origin: {
      ...Object.fromEntries(kept.map(([name, value]) => [name, textOf(value)])),
      set,
      file,
      line: String(line),
      at: String(at),
      bytes: String(bytes),
    },
  };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

function hintFor(set: string): string {
  if (set === "sample") return "generate the sample tasks with `t2s data sample math`";
  if (set === "user") return 'put your file there, one {"problem": …, "answer": …} a line';
  const fetch = set === "math-500" ? `"t2s data fetch math --set ${set}", or ` : "";
  return `get the data with ${fetch}"t2s data import math PATH --set ${set}" (benchmarks/math/README.md says where it is from)`;
}
