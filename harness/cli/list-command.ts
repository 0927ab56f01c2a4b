import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Benchmark } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { experimentNames, requireExperiment } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { readLedger, readMeasured } from "../store/ledger.ts";
import { openStore } from "../store/store.ts";
import { type CliContext, dataDir } from "./context.ts";
import { episodeLine } from "./progress.ts";

async function yamlNames(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/** What `t2s list` can show; every line begins with the name to use elsewhere. */
export const listable = ["configs", "models", "benchmarks", "experiments", "tasks", "episodes"] as const;

/** `t2s list WHAT [ARGS]`. */
export async function listCommand(what: string, args: readonly string[], results: string, context: CliContext): Promise<void> {
  const say = (line: string): void => context.out(`${line}\n`);
  switch (what) {
    case "configs":
      for (const name of await yamlNames(join(context.projectRoot, "configs/experiments"))) say(name);
      return;
    case "models":
      for (const name of await yamlNames(join(context.projectRoot, "configs/models"))) say(name);
      return;
    case "benchmarks":
      for (const benchmark of Object.values(benchmarks))
        for (const split of benchmark.splits)
          say(`${benchmark.id}  ${split.id}  ${split.label}${split.synthetic ? " (generated, not a measurement)" : ""}`);
      return;
    case "experiments":
      for (const name of await experimentNames(results)) say(name);
      return;
    case "tasks":
      return listTasks(args, context, say);
    case "episodes": {
      const [name] = args;
      if (name === undefined) throw new UsageError("name the experiment: t2s list episodes EXPERIMENT");
      for await (const row of readLedger(join(await requireExperiment(results, name), "ledger.jsonl")))
        if (row.type === "episode") say(episodeLine(row));
      return;
    }
    default:
      throw new UsageError(
        what === "" ? `say what to list: ${listable.join(", ")}` : `t2s list cannot show "${what}"; choose one of ${listable.join(", ")}`,
      );
  }
}

async function listTasks([id, split]: readonly string[], context: CliContext, say: (line: string) => void): Promise<void> {
  if (id === undefined || split === undefined) throw new UsageError("name benchmark and split: t2s list tasks BENCHMARK SPLIT");
  const benchmark: Benchmark | undefined = Object.values(benchmarks).find((one) => one.id === id);
  if (benchmark === undefined)
    throw new UsageError(`benchmark "${id}" does not exist; choose one of ${Object.keys(benchmarks).join(", ")}`);
  if (!benchmark.splits.some((one) => one.id === split) && benchmark.namedSplit?.(split) === undefined)
    throw new UsageError(`benchmark ${id} has no split "${split}"; choose one of ${benchmark.splits.map((one) => one.id).join(", ")}`);
  const seen = new Map<string, Uint8Array>();
  const blobs = {
    get: async (hash: string) => seen.get(hash) ?? new Uint8Array(),
    put: async () => "0".repeat(64),
    has: async () => false,
  };
  for await (const task of benchmark.load(split, { dataDir: dataDir(context, id), blobs }))
    say(`${task.id}  ${task.type ?? ""}${task.flags.length > 0 ? `  [${task.flags.join(", ")}]` : ""}`);
}

/** `t2s status [EXPERIMENT]`: how far each experiment is, from its lock file and ledger, and who works on it. */
export async function statusCommand(name: string | undefined, results: string, context: CliContext): Promise<void> {
  const names = name === undefined ? await experimentNames(results) : [name];
  if (names.length === 0) context.out(`no experiments in ${results}\n`);
  for (const one of names) {
    const dir = await requireExperiment(results, one);
    const lock = await readLockFile(dir);
    if (lock === undefined) continue;
    const reps = (attempts = lock.card.attempts): number => lock.card.seeds.length * attempts * lock.card.replicas;
    const tasks = new Map(lock.card.benchmarks.map((b) => [`${b.id} ${b.split}`, b.tasks]));
    const perBenchmark = lock.card.arms.length / lock.card.benchmarks.length;
    const slots = lock.card.benchmarks.reduce(
      (sum, b, at) =>
        sum +
        lock.card.arms
          .slice(at * perBenchmark, (at + 1) * perBenchmark)
          .reduce((n, arm) => n + (tasks.get(`${b.id} ${b.split}`) ?? 0) * (arm.agent === "react" ? reps(b.attempts) : 1), 0),
      0,
    );
    const states: Record<LedgerEpisode["state"], number> = { graded: 0, ungraded: 0, errored: 0 };
    const seen = new Map<string, LedgerEpisode["state"]>();
    for await (const rows of readMeasured(join(dir, "ledger.jsonl")))
      for (const row of rows) seen.set(`${row.arm}\t${row.split}\t${row.task}\t${row.key}`, row.state);
    for (const state of seen.values()) states[state] += 1;
    const owner = await ownerOf(dir);
    context.out(
      `${one}: ${seen.size}/${slots} episodes (${states.graded} graded, ${states.ungraded} ungraded, ${states.errored} errored)${owner}\n`,
    );
  }
  let units = 0;
  for await (const _ of openStore(results).units.keys()) units += 1;
  context.out(`store: ${units} units in ${join(results, ".store")}\n`);
}

async function ownerOf(dir: string): Promise<string> {
  const { claimOwner } = await import("../store/claims.ts");
  const owner = await claimOwner(join(dir, ".lock"));
  return owner === undefined ? "" : `, process ${owner.pid} on ${owner.host} is running it`;
}
