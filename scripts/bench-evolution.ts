/**
 * How long skill evolution takes and what bounds it: `node --import tsx scripts/bench-evolution.ts [episodes] [latency ms] [agentic episodes]`.
 * Episodes are run first and not timed. Then an endpoint in another process answers every call after the latency (default 500 ms), 128 at once, and is asked for (with 0 agentic episodes for the first only)
 * (1) stages 2 and 3 with single-call analysts, (2) the same with agentic ones, (3) sequential editing, 4 and 1 trajectories a step, with the same analyses.
 * (1) is asked of another author first, not compared with anything, so that neither process is just started. It is timed from the first analysis that is asked for to the written skill, after the episodes were found in the store; that search is printed too.
 * Critical path of (1): waves of analyses and patches over 128 places, then one call a merge level, one more where a level was asked again, one for translations, one for
 * every repair. Bound of (2): the larger of its calls (waves, or the longest analysis turn by turn) and the CPU its sandboxes took over the cores, then the merges.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { readContext } from "../harness/cli/context.ts";
import { openModels } from "../harness/cli/open-models.ts";
import { openParts, unitKinds } from "../harness/cli/open-parts.ts";
import type { LedgerRow } from "../harness/core/ledger-rows.ts";
import { type ExperimentSpec, experimentSpecSchema } from "../harness/core/spec.ts";
import { createEngine } from "../harness/engine/engine.ts";
import { localExecutor } from "../harness/engine/executor.ts";
import { createStopOrder } from "../harness/engine/stop.ts";
import { callResultSchema, callSpecSchema } from "../harness/evolve/call/call-record.ts";
import { loadModels } from "../harness/experiment/config/load-experiment.ts";
import { learnArms } from "../harness/experiment/evolution/learn-arms.ts";
import { resolveExperiment } from "../harness/experiment/resolve-experiment.ts";
import { chooseSandbox } from "../harness/sandbox/choose-sandbox.ts";

const [episodes = 200, latency = 500, agentic = 60] = process.argv.slice(2).map(Number);
const width = 128;
const home = await mkdtemp(join(tmpdir(), "t2s-bench-"));
const context = { ...readContext(), env: { T2S_DATA_HOME: join(home, "data") } };
const data = join(home, "data/spreadsheetbench/sample");
const instances = Math.max(48, Math.ceil(episodes * 1.6));
execFileSync(process.execPath, ["harness/t2s.mjs", "data", "sample", "spreadsheetbench", "--count", String(instances), "--out", data], {
  cwd: context.projectRoot,
});
const { sandbox } = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true });

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

async function serve(): Promise<Server> {
  const child = spawn(process.execPath, ["harness/t2s.mjs", "simulate", "--port", "0", "--latency-ms", String(latency)], {
    cwd: context.projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((done) => {
    child.stdout?.on("data", (bytes: Buffer) => {
      const found = /http:\/\/\S+\/v1/.exec(bytes.toString());
      if (found !== null) done(found[0]);
    });
  });
  return { url, child };
}

function specOf(guidance: object, limit: number): ExperimentSpec {
  return experimentSpecSchema.parse({
    name: "bench",
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    arms: [{ name: "arm", guidance }],
    solvers: ["sim-large"],
    evolution: {
      author: "sim-large",
      start: { skill: "skills/xlsx-parametric" },
      limit,
      analysts: { error: "single-call", concurrency: width, max_turns: 30 },
    },
    limits: { max_turns: 20, command_timeout_s: 60 },
    seeds: { rollout: [41], evolution: [41] },
  });
}

interface Timed {
  /** All of it, and without finding the episodes in the store: from the first unit that is asked for. */
  readonly wallMs: number;
  readonly askingMs: number;
  readonly rows: readonly LedgerRow[];
  /** Replies by form, and for agentic analyses their number under "analysis". */
  readonly replies: Readonly<Record<string, number>>;
  /** Units that came in with this form. */
  readonly asked: Readonly<Record<string, number>>;
  readonly longestAnalysis: number;
  readonly sandboxCpuMs: number;
}

const busyMs = (): number => {
  const [user = 0, nice = 0, system = 0] = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "")
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system) * 10;
};
const ownMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
const childMs = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** Learns one arm over what the store holds and says what that took. */
async function learn(guidance: object, limit: number, server: Server | undefined): Promise<Timed> {
  const specs = await loadModels(["sim-large", "sim-small"]);
  if (server !== undefined)
    for (const [name, spec] of specs) specs.set(name, { ...spec, endpoints: [{ base_url: server.url, concurrency: width }] });
  await using opened = await openModels(specs, context, {});
  const parts = openParts(context, { resultsDir: join(home, "results"), sandbox, models: opened.models });
  const stop = createStopOrder();
  const keys: string[] = [];
  let firstAsked: number | undefined;
  const engine = createEngine({
    store: parts.store,
    executor: localExecutor(unitKinds(parts, server === undefined ? cpus().length * 4 : width)),
    stop,
    onEvent: (event) => {
      if (event.type === "started") firstAsked ??= performance.now();
      if (event.type === "finished") keys.push(event.key);
    },
  });
  const resolved = await resolveExperiment(specOf(guidance, limit), parts);
  const rows: LedgerRow[] = [];
  const before = { busy: busyMs(), own: ownMs(), server: server === undefined ? 0 : childMs(server.child.pid) };
  const begun = performance.now();
  const learned = await learnArms(resolved, parts, {
    dir: join(home, "results/bench"),
    engine,
    refreeze: false,
    note: (row) => rows.push(row),
    say: console.error,
  });
  const ended = performance.now();
  const wallMs = ended - begun;
  const askingMs = ended - (firstAsked ?? begun);
  if (learned.unlearned.length > 0) throw new Error(learned.unlearned[0]?.why);
  const spent = busyMs() - before.busy - (ownMs() - before.own) - (server === undefined ? 0 : childMs(server.child.pid) - before.server);
  const replies: Record<string, number> = {};
  const asked: Record<string, number> = {};
  let longestAnalysis = 0;
  for (const key of keys) {
    const unit = await parts.store.units.get(key);
    if (unit?.spec.kind === "call") {
      const { form } = callSpecSchema.parse(unit.spec);
      replies[form] = (replies[form] ?? 0) + callResultSchema.parse(unit.result).rounds;
      asked[form] = (asked[form] ?? 0) + 1;
    } else if (unit?.spec.kind === "analysis") {
      const turns = rows.find((row) => row.type === "analysis" && row.key === key);
      const calls = turns?.type === "analysis" ? turns.usage.calls : 0;
      replies.analysis = (replies.analysis ?? 0) + calls;
      longestAnalysis = Math.max(longestAnalysis, calls);
    }
  }
  return { wallMs, askingMs, rows, replies, asked, longestAnalysis, sandboxCpuMs: spent };
}

/** Calls one behind the other after the patches are there. */
function mergePath({ rows, asked, replies }: Timed): number {
  const merged = rows.filter((row) => row.type === "merge" && row.key !== null);
  const levels = Math.max(0, ...merged.map((row) => (row.type === "merge" ? row.level : 0)));
  const again = (asked.merge ?? 0) > merged.length || (replies.merge ?? 0) > (asked.merge ?? 0) ? levels : 0;
  const translated = (asked.translate ?? 0) > 0 ? 1 : 0;
  return levels + again + translated + (asked.repair ?? 0);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
console.log(`${episodes} episodes, ${agentic} for agentic analysts, ${latency} ms a call, ${width} at once, ${cpus().length} cores`);
const run = await learn({ kind: "trajectories", start: { skill: "skills/xlsx-parametric" }, count: 1 }, episodes, undefined);
console.log(`episodes run (not timed below) in ${seconds(run.wallMs)}`);
const server = await serve();
try {
  // An evolution begins where a run has been under way for a while, and the endpoint too: another author's calls over the same episodes warm both up.
  const other = { model: "sim-small" };
  const roles = { "error-analyst": other, "success-analyst": other, "patch-writer": other, merger: other, translator: other };
  const first = await learn({ kind: "evolved", roles }, episodes, server);
  console.log(`warmed up with another author's calls, ${seconds(first.askingMs)}: ${JSON.stringify(first.replies)}`);
  const single = await learn({ kind: "evolved" }, episodes, server);
  const calls = (single.replies["error-analysis"] ?? 0) + (single.replies["success-analysis"] ?? 0) + (single.replies.patch ?? 0);
  const path = Math.max(2, Math.ceil(calls / width)) + mergePath(single);
  console.log(`single-call analysts: ${JSON.stringify(single.replies)}`);
  console.log(
    `  ${seconds(single.askingMs)} (and ${seconds(single.wallMs - single.askingMs)} to find the episodes), critical path ${path} calls = ${seconds(path * latency)}, ratio ${(single.askingMs / (path * latency)).toFixed(2)}`,
  );
  if (agentic > 0) {
    const rich = await learn({ kind: "evolved", signals: "error", analysts: { error: "agentic" } }, agentic, server);
    const agenticCalls = (rich.replies.analysis ?? 0) + (rich.replies.patch ?? 0);
    const callsMs = Math.max(Math.ceil(agenticCalls / width), rich.longestAnalysis + 1) * latency;
    const cpuMs = rich.sandboxCpuMs / cpus().length;
    const bound = Math.max(callsMs, cpuMs) + mergePath(rich) * latency;
    console.log(
      `agentic analysts: ${JSON.stringify(rich.replies)}, longest ${rich.longestAnalysis} calls, sandboxes took ${seconds(rich.sandboxCpuMs)} of CPU`,
    );
    console.log(
      `  ${seconds(rich.wallMs)}, bound max(calls ${seconds(callsMs)}, CPU ${seconds(cpuMs)}) + merges = ${seconds(bound)}, ratio ${(rich.wallMs / bound).toFixed(2)}`,
    );
    for (const batch of [4, 1]) {
      const sequential = await learn({ kind: "sequential", batch }, episodes, server);
      const steps = (sequential.replies.patch ?? 0) + (sequential.replies.consolidation ?? 0);
      // The analyses are taken from the parallel run; their time is the same for both.
      const analyses = Math.ceil((calls - (single.replies.patch ?? 0)) / width) * latency;
      const total = sequential.wallMs + analyses;
      console.log(
        `sequential, ${batch} a step: ${steps} calls one behind the other, ${seconds(total)} with the analyses: ${(total / single.wallMs).toFixed(1)} times the parallel one`,
      );
    }
  }
} finally {
  server.child.kill();
  await rm(home, { recursive: true, force: true });
}
