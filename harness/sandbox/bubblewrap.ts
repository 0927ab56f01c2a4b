import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import type { Box, BoxLimits, Sandbox } from "../core/contract.ts";
import { SandboxError, UsageError } from "../core/errors.ts";
import { type Bound, type BoxView, boundPaths, boxFilesMb, bubblewrapArguments, masksFor } from "./bubblewrap-arguments.ts";
import { descendants, type Group, type GroupParent, makeGroup, usableGroupParent } from "./memory-group.ts";
import { type Launched, openBox } from "./open-box.ts";
import { type Door, openDoor } from "./open-door.ts";
import { type FoundTools, readToolchain } from "./read-toolchain.ts";
import { seccompBytes } from "./seccomp.ts";
import { type StagedRuntime, stageRuntime } from "./stage-runtime.ts";
import { stageProgram, stageSkill } from "./stage-skill.ts";
import { boxConfig, MAX_FILES, SUPERVISOR, startScript } from "./start-script.ts";
import { watchBox } from "./watch-box.ts";

/**
 * Root must not be root inside: what only root may read would be readable. This number is in the range systemd leaves unused, so it owns no file
 * (65534 does not qualify: network file systems and reserved disk blocks belong to it).
 */
const UNPRIVILEGED = 65_530;
/** The supervisor, shells and slack, on top of what the agent may use. */
const OWN_MEMORY_MB = 128;
const OWN_PROCESSES = 16;
const NEEDED_OPTIONS = ["--args", "--as-pid-1", "--clearenv", "--perms", "--remount-ro", "--seccomp", "--size"];

/** Limits of the short-lived box that looks around at the start. */
export const probeLimits: BoxLimits = { memoryMb: 1024, diskMb: 64, processes: 128, cpuSeconds: 60, outputBytes: 65_536, wallSeconds: 120 };

interface Host {
  readonly bwrap: string;
  readonly disableUserns: boolean;
  readonly countsPerBox: boolean;
  readonly groups: GroupParent | undefined;
  readonly seccomp: Uint8Array | undefined;
}

/** Path of bwrap in the usual places, or undefined. */
export function findBwrap(): string | undefined {
  return ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"].find((path) => existsSync(path));
}

/**
 * The bubblewrap sandbox, tried out once: a box has been opened and asked for its tools. Throws SandboxError with bwrap's own words when it does not work here,
 * UsageError when something in `hidden` (folders of the host) cannot be kept out of sight.
 */
export async function bubblewrapSandbox(options: { hidden: readonly string[]; stageDir?: string }): Promise<Sandbox> {
  const host = await inspectHost();
  const staged = stageRuntime(options.stageDir);
  const bare: BoxView = { staged: staged.folder, node: staged.node, extra: officeFolders() };
  const hidden = realPaths(options.hidden, boundPaths(bare));
  const { toolchain, python } = await probe(host, bare, hidden, staged);
  const view = { ...bare, python };
  return {
    id: "bubblewrap",
    manifest: async () => toolchain,
    open: async ({ limits, skill, program, signal }) => {
      const skillFolder = skill === undefined ? undefined : stageSkill(staged.base, skill);
      if (program === undefined) return launch(host, { ...view, skill: skillFolder }, hidden, limits, signal);
      const files = program.files === undefined ? undefined : await stageProgram(staged.base, program.files);
      const door = openDoor(staged.base, process.getuid?.() === 0 ? UNPRIVILEGED : (process.getuid?.() ?? 0));
      return launch(host, { ...view, skill: skillFolder, program: files, door: door.folder }, hidden, limits, signal, door);
    },
  };
}

async function inspectHost(): Promise<Host> {
  const bwrap = findBwrap();
  if (bwrap === undefined) throw new SandboxError("bubblewrap (bwrap) is not installed");
  const help = spawnSync(bwrap, ["--help"], { encoding: "utf8", env: {}, timeout: 10_000 });
  const text = `${help.stdout ?? ""}${help.stderr ?? ""}`;
  const lacking = NEEDED_OPTIONS.filter((option) => !text.includes(option));
  if (lacking.length > 0)
    throw new SandboxError(`bubblewrap is too old: it does not know ${lacking.join(", ")}; version 0.6 or newer is needed`);
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return {
    bwrap,
    disableUserns: text.includes("--disable-userns"),
    countsPerBox: major > 5 || (major === 5 && minor >= 14),
    groups: process.getuid?.() === 0 ? await usableGroupParent() : undefined,
    seccomp: seccompBytes(process.arch),
  };
}

async function probe(host: Host, view: BoxView, hidden: readonly string[], staged: StagedRuntime): Promise<FoundTools> {
  await using box = await launch(host, view, hidden, probeLimits);
  return await readToolchain(box, process.versions.node, staged.packages);
}

async function launch(
  host: Host,
  view: BoxView,
  hidden: readonly string[],
  limits: BoxLimits,
  signal?: AbortSignal,
  door?: Door,
): Promise<Box> {
  try {
    return await start(host, view, hidden, limits, signal, door);
  } catch (error) {
    door?.remove();
    throw error;
  }
}

async function start(
  host: Host,
  view: BoxView,
  hidden: readonly string[],
  limits: BoxLimits,
  signal: AbortSignal | undefined,
  door: Door | undefined,
): Promise<Box> {
  const needed = ["/usr/bin/bash", "/bin/bash", view.node, ...(view.python === undefined ? [] : [view.python])];
  const masks: readonly Bound[] = masksFor(hidden, boundPaths(view), needed, mayEnter);
  const args = bubblewrapArguments(view, {
    limits,
    masks,
    disableUserns: host.disableUserns,
    seccompFd: host.seccomp === undefined ? undefined : 4,
  });
  const nodeInside = boundPaths(view).find(({ host: path }) => path === view.node)?.inside ?? view.node;
  const command = [
    "/bin/bash",
    "-c",
    startScript(limits, host.countsPerBox),
    "box",
    nodeInside,
    SUPERVISOR,
    JSON.stringify(boxConfig(limits)),
  ];
  const asRoot = process.getuid?.() === 0;
  const child = spawn(host.bwrap, ["--args", "3", "--", ...command], {
    cwd: "/",
    env: {},
    // Its own session: Ctrl-C in the terminal drains the harness and must not end the boxes first. They die with us anyway (--die-with-parent).
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe", ...(host.seccomp === undefined ? [] : ["pipe" as const])],
    ...(asRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}),
  });
  feed(child.stdio[3], Buffer.from(args.map((arg) => `${arg}\0`).join("")));
  if (host.seccomp !== undefined) feed(child.stdio[4], host.seccomp);
  let group: Group | undefined;
  let unwatch: (() => void) | undefined;
  const launched: Launched = {
    child,
    kill: () => {
      child.kill("SIGKILL");
    },
    onGreeting: async () => {
      const inside = child.pid === undefined ? [] : descendants(child.pid);
      if (inside[0] === undefined) return;
      if (host.groups === undefined) {
        unwatch = watchBox(inside[0], { memoryMb: 1.25 * limits.memoryMb + OWN_MEMORY_MB, files: 1.25 * MAX_FILES }, () =>
          child.kill("SIGKILL"),
        );
        return;
      }
      group = await makeGroup(
        host.groups,
        randomBytes(6).toString("hex"),
        limits.memoryMb + boxFilesMb(limits) + OWN_MEMORY_MB,
        limits.processes + OWN_PROCESSES,
      );
      await group.add(inside);
    },
    cleanUp: async () => {
      unwatch?.();
      door?.remove();
      await group?.remove();
    },
  };
  return openBox(launched, { id: "bubblewrap", limits, signal, door: door?.folder });
}

/** Whether the user that bwrap runs as may go through a folder of the host. */
function mayEnter(folder: string): boolean {
  if (process.getuid?.() === 0) return (statSync(folder).mode & 0o001) !== 0;
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** bwrap reads the whole of an extra descriptor at its start. */
function feed(stream: unknown, bytes: Uint8Array): void {
  if (stream === null || typeof stream !== "object" || !("end" in stream) || typeof stream.end !== "function") return;
  if ("on" in stream && typeof stream.on === "function") stream.on("error", () => {}); // bwrap ended early; its exit says why
  stream.end(bytes);
}

/** LibreOffice from its own packages lies in /opt. */
function officeFolders(): readonly string[] {
  if (!existsSync("/opt")) return [];
  return readdirSync("/opt")
    .filter((name) => /^libreoffice/i.test(name))
    .map((name) => join("/opt", name));
}

/** Real paths of what must stay hidden. A path that does not exist yet, but would appear in a shown folder, is refused: it could not be covered later. */
function realPaths(hidden: readonly string[], bounds: readonly Bound[]): readonly string[] {
  const found = new Set<string>();
  const later: string[] = [];
  for (const path of hidden) {
    if (existsSync(path)) found.add(realpathSync(path));
    else later.push(path);
  }
  for (const path of later) {
    let parent = dirname(path);
    while (!existsSync(parent)) parent = dirname(parent);
    const real = `${realpathSync(parent)}/`;
    const covered = [...found].some((cover) => real.startsWith(`${cover}/`));
    const shown = bounds.find(({ host }) => real.startsWith(`${host}/`));
    if (!covered && shown !== undefined && mayEnter(parent))
      throw new UsageError(
        `${path} must stay hidden from agents but lies below ${shown.host}, which every sandbox shows, and does not exist yet; create it first`,
      );
  }
  return [...found];
}
