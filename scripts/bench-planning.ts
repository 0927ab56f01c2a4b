/**
 * How long planning and resuming take by the number of episodes: `node --import tsx scripts/bench-planning.ts [100000 650000]`.
 * Plans over in-memory tasks and arms (hashing every key), writes a full ledger, then indexes it and checks every slot, as a resume does.
 * Prints seconds, the ratio to the smallest size, and peak memory.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "../harness/core/contract.ts";
import { canonicalJson, sha256 } from "../harness/core/json.ts";
import { experimentSpecSchema } from "../harness/core/spec.ts";
import { indexLedger } from "../harness/experiment/ledger-index.ts";
import type { ResolvedArm } from "../harness/experiment/resolve-arms.ts";
import type { ResolvedBenchmark } from "../harness/experiment/resolve-tasks.ts";
import { planSlots, rowHead } from "../harness/experiment/slots.ts";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000, 650_000];
const taskCount = 1000;
const seeds = [41, 42, 43];

function parts(episodes: number): { arms: ResolvedArm[]; spec: ReturnType<typeof experimentSpecSchema.parse> } {
  const tasks = Array.from({ length: taskCount }, (_, n) => ({
    task: { id: `task-${n}`, cluster: `task-${n}`, form: "f", slots: {}, images: [], files: [], needs: [], flags: [], origin: {} },
    publicHash: sha256(`public ${n}`),
    taskHash: sha256(`task ${n}`),
    sealedHash: sha256(`sealed ${n}`),
    scoring: sha256(`scoring ${n}`),
  }));
  const benchmark: ResolvedBenchmark = {
    spec: { id: "bench", split: "test", recalculate: "none" },
    benchmark: { id: "bench" } as Benchmark,
    split: { id: "test", label: "test", synthetic: false },
    form: { id: "f", prompt: "", role: "", harvest: [] },
    primary: "s",
    scorers: [],
    recalculate: null,
    tasks,
    dataDigest: sha256("data"),
  };
  const arms = Array.from(
    { length: Math.round(episodes / taskCount / seeds.length) },
    (_, n): ResolvedArm => ({
      name: `arm-${n}`,
      label: `arm ${n}`,
      guidance: "none",
      benchmark,
      kind: "react",
      solver: "model",
      simulated: false,
      key: sha256(`arm ${n}`),
      record: {} as never,
    }),
  );
  return {
    arms,
    spec: experimentSpecSchema.parse({
      name: "bench",
      benchmarks: [{ id: "bench", split: "test" }],
      arms: [{ name: "a" }],
      seeds: { rollout: seeds },
    }),
  };
}

const timed = async <T>(work: () => T | Promise<T>): Promise<[number, T]> => {
  const begun = performance.now();
  const value = await work();
  return [(performance.now() - begun) / 1000, value];
};

let first: { plan: number; resume: number; size: number } | undefined;
console.log("episodes  plan s  resume s  per episode vs smallest (plan, resume)  peak RSS MB");
for (const size of sizes) {
  const { arms, spec } = parts(size);
  const [plan, count] = await timed(() => {
    let n = 0;
    for (const _ of planSlots(spec, arms)) n += 1;
    return n;
  });
  const folder = await mkdtemp(join(tmpdir(), "t2s-bench-"));
  const path = join(folder, "ledger.jsonl");
  const lines: string[] = [];
  for (const slot of planSlots(spec, arms))
    lines.push(`${canonicalJson({ ...rowHead(slot), state: "graded", scoring: slot.task.scoring, outcomes: [] })}\n`);
  await writeFile(path, "");
  for (let at = 0; at < lines.length; at += 50_000) await writeFile(path, lines.slice(at, at + 50_000).join(""), { flag: "a" });
  lines.length = 0;
  const [resume, current] = await timed(async () => {
    const index = await indexLedger(path);
    let n = 0;
    for (const slot of planSlots(spec, arms)) if (index.isCurrent(slot)) n += 1;
    return n;
  });
  await rm(folder, { recursive: true });
  if (current !== count) throw new Error(`resume found ${current} of ${count} slots`);
  first ??= { plan: plan / count, resume: resume / count, size: count };
  console.log(
    `${String(count).padStart(8)}  ${plan.toFixed(2).padStart(6)}  ${resume.toFixed(2).padStart(8)}  ${(plan / count / first.plan).toFixed(2)}, ${(resume / count / first.resume).toFixed(2)}  ${Math.round(process.memoryUsage().rss / 1e6)} (max ${Math.round(process.resourceUsage().maxRSS / 1024)})`,
  );
}
