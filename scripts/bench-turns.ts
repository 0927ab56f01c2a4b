/**
 * What the harness adds to a turn: `node --import tsx scripts/bench-turns.ts [turns per episode]`.
 * Episodes of the real agent in real sandboxes against a simulated endpoint in another process that always asks for `true` and waits 0 or 200 ms.
 * Bound of a turn = max(latency, CPU of a bare sandbox command × concurrency ÷ cores), the command measured first without agent, model or endpoint. What is above
 * the bound is what agent, client and the endpoint itself cost; the last column is the same ratio to a bound that counts all CPU the machine spent.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { agentPrompts } from "../harness/agent/agent-prompts.ts";
import { reactAgent } from "../harness/agent/react-agent.ts";
import { resolveReactOptions } from "../harness/agent/react-options.ts";
import type { Box } from "../harness/core/contract.ts";
import { limitsSpecSchema, modelSpecSchema, reactSpecSchema } from "../harness/core/spec.ts";
import { createModel } from "../harness/model/create-model.ts";
import { chooseSandbox } from "../harness/sandbox/choose-sandbox.ts";
import { startSimulatedServer } from "../harness/simulation/server.ts";

if (process.argv[2] === "--serve") {
  const text = 'Thought: go on\nAction:\n{"name": "bash", "arguments": {"command": "true"}}';
  const brain = { models: ["bench"], reply: () => ({ text, finishReason: "stop" as const }) };
  const server = await startSimulatedServer({ brain, latency: { kind: "fixed", ms: Number(process.argv[3]) } });
  console.log(server.url);
  process.on("SIGTERM", () => process.exit());
} else await measure(Number(process.argv[2] ?? 40));

/** Busy CPU of the whole machine in milliseconds since boot. */
function busyMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "")
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

async function serve(latency: number): Promise<Disposable & { url: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", import.meta.filename, "--serve", String(latency)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((done) => child.stdout.once("data", (data: Buffer) => done(data.toString().trim())));
  return { url, [Symbol.dispose]: () => void child.kill() };
}

/** CPU the machine spends on one `true` in an open box; closes the box. */
async function bareCommandMs(box: Box, times: number): Promise<number> {
  await using _closed = box;
  const before = busyMs();
  for (let n = 0; n < times; n += 1) await box.exec("true", { timeoutMs: 10_000 });
  return (busyMs() - before) / times;
}

async function measure(turns: number): Promise<void> {
  const { sandbox } = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true });
  const toolchain = await sandbox.manifest();
  const options = resolveReactOptions(reactSpecSchema.parse({ kind: "react" }), limitsSpecSchema.parse({ max_turns: turns }));
  const prompts: Record<string, string> = { role: "You work.", task: "Do {{instruction}}." };
  for (const [name, path] of Object.entries(agentPrompts(options, { skill: false }))) prompts[name] = readFileSync(path, "utf8");
  const limits = { memoryMb: 512, diskMb: 32, processes: 64, cpuSeconds: 600, outputBytes: 65_536, wallSeconds: 600 };
  console.log(`${sandbox.id}, ${turns} turns an episode, ${cpus().length} cores`);
  const bare = await bareCommandMs(await sandbox.open({ limits }), 200);
  console.log(`a bare command takes ${bare.toFixed(2)} ms of CPU`);
  console.log("latency ms  episodes  turns/s  ms a turn  CPU ms a turn  bound ms  ratio  ratio to all CPU  RSS MB");
  for (const latency of [0, 200]) {
    using server = await serve(latency);
    const model = createModel(modelSpecSchema.parse({ name: "bench", endpoints: [{ base_url: server.url, concurrency: 256 }] }), {
      env: {},
    });
    for (const concurrency of [1, 16, 128]) {
      const boxes = await Promise.all(Array.from({ length: concurrency }, () => sandbox.open({ limits })));
      const task = {
        id: "t",
        cluster: "t",
        form: "f",
        slots: { instruction: "it" },
        images: [],
        files: [],
        needs: [],
        flags: [],
        origin: {},
      };
      const cpuBefore = busyMs();
      const begun = performance.now();
      await Promise.all(
        boxes.map((box) =>
          reactAgent.run(
            {
              task,
              prompts,
              options,
              harvest: [],
              toolchain,
              model,
              sampling: {},
              apiSeed: 1,
              box,
              images: async () => new Uint8Array(),
              keepImage: async () => "",
              signal: new AbortController().signal,
            },
            () => undefined,
          ),
        ),
      );
      const wall = performance.now() - begun;
      const perTurn = (busyMs() - cpuBefore) / (turns * concurrency);
      const turnMs = wall / turns;
      const bound = Math.max(latency, bare, (bare * concurrency) / cpus().length);
      const allCpu = Math.max(latency, (perTurn * concurrency) / cpus().length);
      console.log(
        [latency, concurrency, ((turns * concurrency) / wall) * 1000, turnMs, perTurn, bound]
          .map((n, i) => (i < 2 ? String(n) : n.toFixed(2)).padStart([10, 9, 8, 10, 14, 9][i] ?? 0))
          .join(" "),
        (turnMs / bound).toFixed(2).padStart(6),
        (turnMs / allCpu).toFixed(2).padStart(17),
        String(Math.round(process.memoryUsage().rss / 1e6)).padStart(7),
      );
      await Promise.all(boxes.map((box) => box[Symbol.asyncDispose]()));
    }
  }
  process.exit();
}
