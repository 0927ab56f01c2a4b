import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Box, BoxLimits, Sandbox } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";
import { probeLimits } from "./bubblewrap.ts";
import { mapPaths } from "./map-paths.ts";
import { openBox } from "./open-box.ts";
import { readToolchain } from "./read-toolchain.ts";
import { type StagedRuntime, stageRuntime } from "./stage-runtime.ts";
import { type SkillFile, writeSkill } from "./stage-skill.ts";
import { closeInherited, limitLines, MAX_FILES, type SupervisorConfig } from "./start-script.ts";

/** Marks every process of a box in its environment, by which those that left their process group are found at the end. */
const MARK = "T2S_BOX";

/**
 * No isolation at all: commands run as this user in a temporary folder, for the simulated model where no sandbox exists, and for whoever insists.
 * What holds: a cleared environment, limits for each process, output caps, time limits, and removal of the folder and of the processes at the end. What does
 * not: files, network and other processes of this user are in reach, /work, /tmp and /skill are only replaced in the text of commands and outputs
 * (map-paths.ts), and neither total memory nor disk is bounded.
 */
export async function unsandboxed(options: { stageDir?: string }): Promise<Sandbox> {
  const bash = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/opt/homebrew/bin/bash"].find((path) => isFile(path));
  if (bash === undefined) throw new SandboxError("no bash was found, which the agent's commands need");
  const staged = stageRuntime(options.stageDir);
  const { toolchain, python } = await probe(staged, bash);
  return {
    id: "none",
    manifest: async () => toolchain,
    open: async ({ limits, skill, program, signal }) => {
      if (program !== undefined)
        throw new SandboxError(
          "an agent that is a program of its own needs a sandbox; without one nothing keeps it to its task and its model",
        );
      return await launch({ staged, bash, python, limits, skill, signal });
    },
  };
}

async function probe(staged: StagedRuntime, bash: string): ReturnType<typeof readToolchain> {
  await using box = await launch({ staged, bash, limits: probeLimits });
  return await readToolchain(box, process.versions.node, staged.packages);
}

async function launch(options: {
  staged: StagedRuntime;
  bash: string;
  python?: string;
  limits: BoxLimits;
  skill?: readonly SkillFile[];
  signal?: AbortSignal;
}): Promise<Box> {
  const { staged, bash, limits } = options;
  const root = realpathSync(mkdtempSync(join(tmpdir(), "t2s-box-")));
  const remove = async (): Promise<void> => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    for (const name of ["work", "tmp", "spool", "bin"]) mkdirSync(join(root, name));
    symlinkSync(join(staged.folder, "node_modules"), join(root, "node_modules"));
    symlinkSync(process.execPath, join(root, "bin/node"));
    if (options.python !== undefined) for (const name of ["python3", "python"]) symlinkSync(options.python, join(root, "bin", name));
    if (options.skill !== undefined) {
      mkdirSync(join(root, "skill"));
      writeSkill(join(root, "skill"), options.skill);
    }
  } catch (cause) {
    await remove();
    throw new SandboxError(`no temporary folder could be made in ${tmpdir()}`, { cause });
  }
  const config: SupervisorConfig = {
    work: join(root, "work"),
    tmp: join(root, "tmp"),
    spool: join(root, "spool"),
    roots: [],
    bash,
    env: {
      PATH: `${join(root, "bin")}:/usr/local/bin:/usr/bin:/bin:${dirname(bash)}`,
      HOME: join(root, "work"),
      TMPDIR: join(root, "tmp"),
      LANG: "C.UTF-8",
      USER: "agent",
      TERM: "dumb",
      [MARK]: root,
    },
    outputBytes: limits.outputBytes,
    memoryMb: limits.memoryMb,
    processes: limits.processes,
    maxFiles: MAX_FILES,
    ownProcesses: false,
  };
  const script = `${process.platform === "linux" ? closeInherited : ""}
${limitLines(limits, false)}
(cd "$4" && mkfifo -m 600 fifo-0-{0..63})
"$1" --v8-pool-size=0 "$2" 0 "$3"`;
  const args = ["-c", script, "box", process.execPath, join(staged.folder, "supervisor.cjs"), JSON.stringify(config), config.spool];
  const child = spawn(bash, args, { cwd: config.work, env: config.env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  return openBox(
    {
      child,
      kill: () => {
        // Its end tells the supervisor to kill what it started; this finds the rest, and the supervisor itself.
        child.stdin.destroy();
        for (const pid of [...marked(root), child.pid]) kill(pid);
      },
      cleanUp: async () => {
        for (const pid of marked(root)) kill(pid);
        await remove();
      },
      paths: mapPaths(root),
    },
    { id: "none", limits, signal: options.signal },
  );
}

/** Processes whose environment carries this box's mark (Linux only; one that cleared its environment is not found). */
function marked(root: string): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`${MARK}=${root}`);
      } catch {
        return false; // another user's, or ended
      }
    });
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // already gone
  }
}

function isFile(path: string): boolean {
  try {
    return realpathSync(path) !== "";
  } catch {
    return false;
  }
}
