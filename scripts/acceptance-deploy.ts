/**
 * Do the deployment examples do what they say? `node --import tsx scripts/acceptance-deploy.ts [config]` (default: quickstart with two tasks), with redis-server installed.
 * What `docker-compose.yml` and `kubernetes.yaml` start in containers is started as processes here, with the same command lines and variables: service names become loopback addresses of their own, folders below
 * /results, /data and /cache a folder for each container. The coordinator has to end with 0, and both have to give the tables that one machine gives. Docker Compose's and Kubernetes' own
 * checks of the files run where their programs (docker-compose or `docker compose`; kubernetes-validate) are to be had, and are said to be skipped elsewhere. Exit code 1 when anything is wrong.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { endGroup, killGroups, onInterrupt } from "./processes.ts";
import { compareContent, contentOf } from "./run-content.ts";

const root = resolve(import.meta.dirname, "..");
const deploy = join(root, "configs/deploy");
const config = process.argv[2] ?? "quickstart";
const narrowed = config === "quickstart" ? ["--limit", "2"] : [];
const home = await mkdtemp(join(tmpdir(), "t2s-deploy-"));
const token = randomUUID();
let failures = 0;
const began: ChildProcess[] = [];
onInterrupt(() => killGroups(began));

interface Container {
  readonly name: string;
  readonly args: readonly string[];
}

/** Loopback addresses that stand for service names: all of 127/8 is this machine. */
const addressOf = (hosts: readonly string[], text: string): string =>
  text.replace(/^(\w+:\/\/)([\w-]+)(:\d+)$/, (whole, scheme, host, port) =>
    hosts.includes(host) ? `${scheme}127.0.8.${hosts.indexOf(host) + 10}${port}` : whole,
  );

async function composed(): Promise<{ containers: readonly Container[]; hosts: readonly string[] }> {
  const file: { services: Record<string, { command: string[]; profiles?: string[] }> } = parse(
    await readFile(join(deploy, "docker-compose.yml"), "utf8"),
    { merge: true },
  );
  const services = Object.entries(file.services).filter(([, { profiles }]) => profiles === undefined);
  return { hosts: services.map(([name]) => name), containers: services.map(([name, { command }]) => ({ name, args: command })) };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template?: { readonly spec: { readonly containers: readonly { name: string; args?: string[]; command?: string[] }[] } };
  };
}

async function kubernetes(): Promise<{ containers: readonly Container[]; hosts: readonly string[] }> {
  const objects: Manifest[] = parseAllDocuments(await readFile(join(deploy, "kubernetes.yaml"), "utf8")).map((one) => one.toJS());
  const containers = objects.flatMap(({ spec }) => spec.template?.spec.containers ?? []);
  return {
    hosts: objects.filter(({ kind }) => kind === "Service").map(({ metadata }) => metadata.name),
    containers: containers.map(({ name, args, command }) => ({ name, args: args ?? command ?? [] })),
  };
}

function start(name: string, args: readonly string[], folder: string): ChildProcess {
  const [program = "", ...rest] = name === "redis" ? args : [process.execPath, join(root, "harness/t2s.mjs"), ...args];
  const env = {
    ...process.env,
    NO_COLOR: "1",
    T2S_STORE_TOKEN: token,
    T2S_RESULTS: join(folder, "results"),
    T2S_DATA_HOME: join(folder, "data"),
  };
  const child = spawn(program, rest, {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", "ignore", name === "coordinator" ? "inherit" : "ignore"],
  });
  began.push(child);
  return child;
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once("close", done));

/** Runs what an example starts, two workers of it, and gives the coordinator's results folder. */
async function runExample(file: string, example: Awaited<ReturnType<typeof composed>>): Promise<string> {
  const children: ChildProcess[] = [];
  const begin = async (name: string, folder: string): Promise<ChildProcess> => {
    const own = join(home, file, folder);
    await mkdir(own, { recursive: true });
    const given = example.containers.find((one) => one.name === name)?.args ?? [];
    const args = given
      .map((arg) => arg.replace(/\$\{\w+:-([^}]*)\}/, "$1"))
      .map((arg) => (arg === "quickstart" ? config : arg))
      .map((arg) => (/^\/(results|data|cache)$/.test(arg) ? join(own, arg) : addressOf(example.hosts, arg)))
      // One machine here: what listens everywhere listens at the address its service has.
      .map((arg, i, all) => (all[i - 1] === "--listen" ? new URL(all.find((one) => one.startsWith("http:")) ?? "http://x").host : arg));
    const more =
      name === "redis"
        ? ["--bind", `127.0.8.${10 + example.hosts.findIndex((host) => host.endsWith("redis"))}`]
        : name === "coordinator"
          ? narrowed
          : [];
    const child = start(name, [...args, ...more], own);
    children.push(child);
    return child;
  };
  try {
    await begin("redis", "redis");
    await new Promise((done) => setTimeout(done, 500));
    for (const folder of ["worker-1", "worker-2"]) await begin("worker", folder);
    const code = await ended(await begin("coordinator", "coordinator"));
    if (code !== 0) failures += 1;
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${file}: the coordinator ended with ${code}`);
  } finally {
    await Promise.all(children.map(endGroup));
  }
  return join(home, file, "coordinator/results");
}

/** Runs the first of these programs that is installed; says so when none is. */
function checkWith(what: string, programs: readonly (readonly [string, ...string[]])[]): void {
  for (const [program, ...args] of programs) {
    const { status, error, stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, T2S_STORE_TOKEN: token },
    });
    if (error !== undefined || /unknown command|unknown docker command|unknown shorthand/.test(stderr)) continue;
    if (status !== 0) failures += 1;
    console.log(`${status === 0 ? "ok  " : "FAIL"} ${what} (${program})${status === 0 ? "" : `:\n${stdout}${stderr}`}`);
    return;
  }
  console.log(`skipped: ${what} (none of ${programs.map(([program]) => program).join(", ")} is installed)`);
}

try {
  const compose = join(deploy, "docker-compose.yml");
  checkWith("docker-compose.yml is what Docker Compose reads", [
    ["docker-compose", "-f", compose, "--profile", "model", "config", "--quiet"],
    ["docker", "compose", "-f", compose, "--profile", "model", "config", "--quiet"],
  ]);
  checkWith("kubernetes.yaml keeps to Kubernetes' schemas", [["kubernetes-validate", "--strict", join(deploy, "kubernetes.yaml")]]);
  const local = join(home, "local");
  await mkdir(local);
  const code = await ended(start("coordinator", ["run", config, ...narrowed], local));
  if (code !== 0) throw new Error(`t2s run ${config} ended with ${code}`);
  const whole = await contentOf(join(local, "results"));
  for (const [file, example] of [
    ["docker-compose.yml", await composed()],
    ["kubernetes.yaml", await kubernetes()],
  ] as const)
    failures += compareContent(file, whole, await contentOf(await runExample(file, example)));
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
