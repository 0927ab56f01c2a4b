import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Box, BoxLimits, Sandbox } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";
import { probeLimits } from "./bubblewrap.ts";
import { boxFilesMb } from "./bubblewrap-arguments.ts";
import { type Launched, openBox } from "./open-box.ts";
import { DOOR, type Door, openDoor, PROGRAM } from "./open-door.ts";
import { readToolchain } from "./read-toolchain.ts";
import { type StagedRuntime, stageRuntime } from "./stage-runtime.ts";
import { type SkillFile, stageProgram, stageSkill } from "./stage-skill.ts";
import { boxConfig, boxEnvironment, SUPERVISOR, startScript } from "./start-script.ts";

/** The image `docker build` makes from harness/sandbox/Dockerfile; any image with bash, mkfifo and Node 18 or newer will do. */
export const defaultImage = "trace2skill-bench-box:1";
/** User and group inside. */
const USER = 1000;
const dockerfileFolder = fileURLToPath(new URL(".", import.meta.url));

/** Why Docker cannot be used here, as a sentence with what to do; undefined when it can. Pulls nothing. */
export function dockerProblem(image = defaultImage): string | undefined {
  const version = spawnSync("docker", ["version", "--format", "{{.Server.Os}}"], { encoding: "utf8", timeout: 10_000 });
  if (version.error !== undefined) return "the docker program is not installed";
  if (version.status !== 0)
    return `the Docker daemon does not answer (${lastLine(version.stderr)}); start it, or add yourself to its group`;
  if (version.stdout.trim() !== "linux") return "the Docker daemon does not run Linux containers; switch it to Linux containers";
  const found = spawnSync("docker", ["image", "inspect", "--format", "{{.Id}}", image], { encoding: "utf8", timeout: 10_000 });
  if (found.status !== 0) return `the image ${image} is not there; run \`docker build -t ${image} ${dockerfileFolder}\``;
  return undefined;
}

/**
 * The Docker sandbox, for hosts without bubblewrap (macOS, Windows with WSL, machines without user namespaces): the same supervisor in a container with the
 * image's own Node and tools. Throws SandboxError with the reason when no daemon or no image is there.
 */
export async function dockerSandbox(options: { stageDir?: string; image?: string }): Promise<Sandbox> {
  const image = options.image ?? defaultImage;
  const problem = dockerProblem(image);
  if (problem !== undefined) throw new SandboxError(problem);
  const staged = stageRuntime(options.stageDir);
  let node = "";
  const name = (): string => `t2s-${process.pid}-${randomBytes(6).toString("hex")}`;
  const open = (limits: BoxLimits, view: DockerView = {}, door?: Door, signal?: AbortSignal): Promise<Box> =>
    launch(dockerArguments({ image, staged, limits, ...view, name: name() }), {
      limits,
      signal,
      door,
      onNode: (version) => {
        node = version;
      },
    });
  const probe = async (): ReturnType<typeof readToolchain> => {
    await using box = await open(probeLimits);
    return await readToolchain(box, node, staged.packages, ["$(command -v python3)"]);
  };
  const { toolchain } = await probe();
  return {
    id: "docker",
    manifest: async () => toolchain,
    open: async ({ limits, skill, program, signal }) => {
      if (program === undefined) return await open(limits, { skill }, undefined, signal);
      const files = program.files === undefined ? undefined : await stageProgram(staged.base, program.files);
      const door = openDoor(staged.base, USER);
      try {
        return await open(limits, { skill, program: files, door: door.folder }, door, signal);
      } catch (error) {
        door.remove();
        throw error;
      }
    },
  };
}

/** What of the host one container shows besides its own tools. */
interface DockerView {
  readonly skill?: readonly SkillFile[];
  /** Staged files of the agent's program, and the folder it meets the harness in. */
  readonly program?: string;
  readonly door?: string;
}

/** The whole command line of one container after `docker`; its `--name` is the third word. */
export function dockerArguments(
  options: DockerView & {
    readonly image: string;
    readonly staged: StagedRuntime;
    readonly limits: BoxLimits;
    readonly name: string;
  },
): readonly string[] {
  const { staged, limits } = options;
  const bind = (host: string, inside: string): string[] => ["--mount", `type=bind,source=${host},target=${inside},readonly`];
  const tmpfs = (path: string, mb: number, mode: string): string[] => ["--tmpfs", `${path}:rw,exec,nosuid,nodev,size=${mb}m,mode=${mode}`];
  return [
    ...["run", "--name", options.name, "--rm", "--interactive", "--pull", "never", "--network", "none", "--hostname", "box"],
    ...["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", `${USER}:${USER}`, "--workdir", "/work"],
    ...["--pids-limit", String(limits.processes + 16), "--memory", `${memoryMb(limits)}m`, "--memory-swap", `${memoryMb(limits)}m`],
    ...["--oom-score-adj", "800", "--log-driver", "none", "--shm-size", "64m", "--ipc", "private", "--label", "trace2skill-bench=box"],
    ...Object.entries(boxEnvironment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...[...tmpfs("/work", limits.diskMb, "1777"), ...tmpfs("/tmp", limits.diskMb, "1777"), ...tmpfs("/run", 32, "1777")],
    ...bind(`${staged.folder}/node_modules`, "/node_modules"),
    ...bind(`${staged.folder}/supervisor.cjs`, SUPERVISOR),
    ...(options.skill === undefined ? [] : bind(stageSkill(staged.base, options.skill), "/skill")),
    ...(options.program === undefined ? [] : bind(options.program, PROGRAM)),
    ...(options.door === undefined ? [] : bind(options.door, DOOR)),
    ...["--entrypoint", "/bin/bash", options.image, "-c", startScript(limits, false)],
    ...["box", "node", SUPERVISOR, JSON.stringify(boxConfig(limits))],
  ];
}

function memoryMb(limits: BoxLimits): number {
  return limits.memoryMb + boxFilesMb(limits) + 128;
}

function launch(
  args: readonly string[],
  options: { limits: BoxLimits; signal?: AbortSignal; door?: Door; onNode: (version: string) => void },
): Promise<Box> {
  const child = spawn("docker", args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const name = args[2] ?? "";
  const launched: Launched = {
    child,
    kill: () => {
      // Killing the client leaves the container running; it is removed by name, and ends by itself when its stdin closes.
      child.stdin.destroy();
      spawn("docker", ["rm", "--force", name], { stdio: "ignore", detached: true })
        .on("error", () => child.kill("SIGKILL"))
        .on("exit", () => child.kill("SIGKILL"));
    },
    onGreeting: async (version) => options.onNode(version),
    cleanUp: async () => options.door?.remove(),
  };
  return openBox(launched, { id: "docker", limits: options.limits, signal: options.signal, door: options.door?.folder });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
