import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { Redis } from "ioredis";
import { startSimulation } from "../harness/cli/start-simulation.ts";
import { loadModels } from "../harness/experiment/config/load-experiment.ts";
import { openNetwork, without } from "./network.ts";

const root = resolve(import.meta.dirname, "..");

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
export const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
export const ended = (child: ChildProcess): Promise<number | null> =>
  isOver(child) ? Promise.resolve(child.exitCode) : new Promise((done) => child.once("close", done));
export const t2s = (...args: readonly string[]): string[] => [process.execPath, join(root, "harness/t2s.mjs"), ...args];

export interface Field extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  readonly models: string;
  /** Folder that workers do not see. */
  readonly hidden: string;
  /** A connection to the queue's Redis, which may be gone for a while. */
  readonly client: Redis;
  readonly logs: ReadonlyMap<string, string>;
  logOf(name: string): string;
  /** What a process writes of that form beyond what it had written; undefined when it does not in time. */
  says(name: string, from: number, pattern: RegExp, withinMs: number): Promise<string | undefined>;
  /** Model calls that arrived so far. */
  calls(): number;
  startRedis(): Promise<ChildProcess>;
  startWorker(name: string): ChildProcess;
  /** A worker of a copy of this program in which one kind of unit has another revision. */
  startOther(): ChildProcess;
  startCoordinator(config: string, results: string): ChildProcess;
  setLink(name: string, state: "up" | "down"): void;
}

/**
 * Coordinator, Redis, workers and a worker of another version on machines of their own in a network, and an endpoint that answers after half a second. Needs root on Linux and redis-server;
 * everything lies below `home`.
 */
export async function openField(
  home: string,
  { workers, slots, lockSeconds }: { readonly workers: readonly string[]; readonly slots: number; readonly lockSeconds: number },
): Promise<Field> {
  const network = openNetwork(["run", "redis", ...workers, "other"]);
  const redisUrl = `redis://${network.addressOf("redis")}:6379`;
  const env = { ...process.env, T2S_STORE_TOKEN: randomUUID(), NO_COLOR: "1" };
  const [models, hidden, other] = [join(home, "models"), join(home, "hidden"), join(home, "other")];
  const { server: endpoint } = await startSimulation(join(root, "configs/personas"), {
    personas: [...(await loadModels(["sim-large", "sim-small"])).values()],
    host: network.own,
    latency: { kind: "fixed", ms: 500 },
  });
  if (endpoint === undefined) throw new Error("no endpoint");
  for (const folder of [models, hidden]) await mkdir(folder);
  for (const name of ["sim-large", "sim-small"])
    await writeFile(
      join(models, `${name}.yaml`),
      `${await readFile(join(root, `configs/models/${name}.yaml`), "utf8")}\nendpoints: [{ base_url: "${endpoint.url}", concurrency: 64 }]\n`,
    );
  await copyOtherVersion(other);
  const logs = new Map<string, string>();
  const logOf = (name: string): string => logs.get(name) ?? "";
  const hear = (name: string) => (text: string) => void logs.set(name, logOf(name) + text);
  const client = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => 200 });
  client.on("error", () => undefined);
  const workerOptions = (name: string): string[] => ["--processes", "1", "--cache", join(home, `cache-${name}`)];
  return {
    env,
    models,
    hidden,
    client,
    logs,
    logOf,
    async says(name, from, pattern, withinMs) {
      const until = performance.now() + withinMs;
      for (;;) {
        const found = pattern.exec(logOf(name).slice(from))?.[0];
        if (found !== undefined || performance.now() > until) return found;
        await sleep(100);
      }
    },
    calls: () => Object.values(endpoint.stats().perModel).reduce((sum, n) => sum + n, 0),
    async startRedis() {
      const command = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--appendonly", "no"];
      const child = network.start("redis", command, env, () => undefined);
      while (!(await accepts(network.addressOf("redis"), 6379))) await sleep(50);
      return child;
    },
    startWorker(name) {
      const command = t2s("worker", redisUrl, ...workerOptions(name), "--slots", String(slots), "--lock-seconds", String(lockSeconds));
      return network.start(name, without(hidden, [...command, "--model-dir", models]), env, hear(name));
    },
    startOther: () =>
      network.start(
        "other",
        [process.execPath, join(other, "harness/t2s.mjs"), "worker", redisUrl, ...workerOptions("other")],
        env,
        hear("other"),
      ),
    startCoordinator(config, results) {
      const served = ["--serve-store", `http://${network.addressOf("run")}:8478`];
      const command = t2s("run", config, "--results", results, "--model-dir", models, "--executor", redisUrl, ...served);
      return network.start("run", command, env, hear("run"));
    },
    setLink: network.setLink,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      network[Symbol.dispose]();
      await endpoint.close();
    },
  };
}

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

async function copyOtherVersion(folder: string): Promise<void> {
  for (const name of ["harness", "benchmarks", "configs", "skills", "package.json", "tsconfig.json"])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const path = join(folder, "harness/evaluate/score.ts");
  const text = await readFile(path, "utf8");
  const changed = text.replace(/scoreRev = (\d+)/, (_, rev) => `scoreRev = ${Number(rev) + 1}`);
  if (changed === text) throw new Error("no revision found to change");
  await writeFile(path, changed);
}
