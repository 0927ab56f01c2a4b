import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import type { Sandbox, Toolchain } from "../core/contract.ts";
import { messageOf } from "../core/errors.ts";
import { bubblewrapSandbox, findBwrap } from "./bubblewrap.ts";
import { defaultImage, dockerProblem } from "./docker.ts";
import { usableGroupParent } from "./memory-group.ts";
import { seccompBytes } from "./seccomp.ts";
import { unsandboxed } from "./unsandboxed.ts";

/** One line of `t2s doctor`. */
export interface DoctorFinding {
  readonly id: string;
  /** `warn`: it works, but not as in the paper or not as well as it could. `missing`: something needed is not there. */
  readonly state: "ok" | "warn" | "missing";
  /** What was found. */
  readonly found: string;
  /** What it means for a run. */
  readonly meaning?: string;
  /** Exactly what to type or change to get it. */
  readonly fix?: string;
}

/** Looks at this machine's sandboxes and the tools inside the best one, trying each for real. Never throws for something missing. */
export async function probeHost(options: { stageDir?: string; image?: string } = {}): Promise<readonly DoctorFinding[]> {
  const bubblewrap = await tryOut(() => bubblewrapSandbox({ hidden: [], stageDir: options.stageDir }));
  const docker = dockerProblem(options.image);
  const works = "sandbox" in bubblewrap || docker === undefined;
  const plain = "sandbox" in bubblewrap ? bubblewrap : await tryOut(() => unsandboxed({ stageDir: options.stageDir }));
  const toolchain = "sandbox" in plain ? await plain.sandbox.manifest() : undefined;
  return [
    nodeFinding(),
    bubblewrapFinding("problem" in bubblewrap ? bubblewrap.problem : undefined, docker === undefined),
    ...("sandbox" in bubblewrap ? [filterFinding(), await boundsFinding()] : []),
    {
      id: "docker",
      state: works ? "ok" : "missing",
      found: docker === undefined ? `the daemon answers and has ${options.image ?? defaultImage}` : docker,
      meaning: docker === undefined ? undefined : works ? "not needed: bubblewrap works" : "no sandbox is left for a real model",
      fix: works ? undefined : "install Docker, start it, and run `docker build -t trace2skill-bench-box:1 harness/sandbox`",
    },
    ...(toolchain === undefined ? [] : toolFindings(toolchain)),
  ];
}

async function tryOut(open: () => Promise<Sandbox>): Promise<{ sandbox: Sandbox } | { problem: string }> {
  try {
    return { sandbox: await open() };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function nodeFinding(): DoctorFinding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  const found = `Node ${process.versions.node}`;
  return enough
    ? { id: "node", state: "ok", found }
    : {
        id: "node",
        state: "missing",
        found,
        meaning: "Node 20.19 or newer is needed",
        fix: "install Node 20 LTS or newer (https://nodejs.org)",
      };
}

function bubblewrapFinding(problem: string | undefined, docker: boolean): DoctorFinding {
  const id = "bubblewrap";
  if (problem === undefined) {
    const version = spawnSync(findBwrap() ?? "bwrap", ["--version"], { encoding: "utf8", env: {}, timeout: 10_000 }).stdout.trim();
    return { id, state: "ok", found: `${version}, tried out${process.getuid?.() === 0 ? " (commands run as an unprivileged user)" : ""}` };
  }
  const state = docker ? "warn" : "missing";
  const meaning = docker ? "Docker is used instead, which is slower" : "agents of real models cannot be run safely";
  if (process.platform !== "linux") return { id, state, found: "bubblewrap needs Linux", meaning, fix: "use Docker" };
  if (findBwrap() === undefined)
    return {
      id,
      state,
      found: problem,
      meaning,
      fix: "Debian, Ubuntu: `sudo apt-get install bubblewrap`; Fedora: `sudo dnf install bubblewrap`",
    };
  return { id, state, found: problem, meaning, fix: userNamespaceFix() };
}

/** Why user namespaces, which bubblewrap lives on, may be closed, and how to open them. */
function userNamespaceFix(): string {
  if (readSetting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1")
    return (
      "this system (Ubuntu 23.10 and later) lets AppArmor forbid user namespaces; allow them for bwrap with " +
      "`printf 'abi <abi/4.0>,\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap`, " +
      "or for everything with `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
    );
  if (readSetting("/proc/sys/kernel/unprivileged_userns_clone") === "0")
    return "the kernel forbids user namespaces to ordinary users; allow them with `sudo sysctl kernel.unprivileged_userns_clone=1`";
  if (readSetting("/proc/sys/user/max_user_namespaces") === "0")
    return "the number of user namespaces is limited to 0; raise it with `sudo sysctl user.max_user_namespaces=15000`";
  if (inContainer())
    return "this is a container that may not make namespaces; start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined` (Docker), in Kubernetes with `hostUsers: false`, `seccompProfile` and `appArmorProfile` of type Unconfined and `procMount: Unmasked`, or run outside of it (configs/deploy/README.md)";
  return "run `bwrap --unshare-all --unshare-user --ro-bind / / true` to see what the system refuses";
}

function filterFinding(): DoctorFinding {
  const id = "seccomp";
  return seccompBytes(process.arch) !== undefined
    ? { id, state: "ok", found: `system call filter for ${process.arch}` }
    : {
        id,
        state: "warn",
        found: `no system call filter for ${process.arch}`,
        meaning: "key rings and unusual sockets are not closed to agents",
        fix: "use an x64 or arm64 machine, or Docker",
      };
}

async function boundsFinding(): Promise<DoctorFinding> {
  const id = "memory-bound";
  const [major = 0, minor = 0] = release().split(".").map(Number);
  if (major < 5 || (major === 5 && minor < 14))
    return {
      id,
      state: "warn",
      found: `Linux ${release()}`,
      meaning: "before 5.14 processes are counted per user, not per sandbox: the process limit is only a coarse one",
      fix: "use a newer kernel, or Docker",
    };
  if (process.getuid?.() === 0 && (await usableGroupParent()) !== undefined)
    return { id, state: "ok", found: "a cgroup around every sandbox" };
  return {
    id,
    state: "warn",
    found: "limits for each process, capped file systems and a watch on total memory (no cgroup may be made here)",
    meaning:
      "a sandbox's memory is bounded only roughly: what is taken within a third of a second, or held in socket buffers, can exceed the limit; the kernel's out-of-memory killer takes sandboxes first",
    fix: "for hostile agents run as root, or use Docker",
  };
}

function toolFindings(tools: Toolchain): readonly DoctorFinding[] {
  const apt = "Debian, Ubuntu: `sudo apt-get install --no-install-recommends";
  const python: DoctorFinding =
    tools.python === undefined || tools.openpyxl === undefined
      ? {
          id: "python",
          state: "warn",
          found: tools.python === undefined ? "no Python that sandboxes can use" : `Python ${tools.python} without openpyxl`,
          meaning:
            "the paper's agents work with Python and openpyxl; a real run without them leaves its protocol (sandboxes see only what lies under /usr)",
          fix: `${apt} python3 python3-openpyxl\``,
        }
      : { id: "python", state: "ok", found: `Python ${tools.python} with openpyxl ${tools.openpyxl}` };
  return [python, officeFinding(tools.libreoffice, apt)];
}

function officeFinding(version: string | undefined, apt: string): DoctorFinding {
  const id = "libreoffice";
  if (version === undefined)
    return {
      id,
      state: "warn",
      found: "no LibreOffice that sandboxes can use",
      meaning:
        "formulas that agents write keep no value: agents cannot recalculate them, nor can `recalculate: libreoffice`; the paper's agents can",
      fix: `${apt} libreoffice-calc\``,
    };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 8)) return { id, state: "ok", found: `LibreOffice ${version}` };
  return {
    id,
    state: "warn",
    found: `LibreOffice ${version}`,
    meaning: "it lacks XLOOKUP, FILTER, UNIQUE, SORT, SEQUENCE and LET (24.8 has them): such formulas become #NAME? when recalculated",
    fix: "Debian 12: add bookworm-backports and `sudo apt-get install -t bookworm-backports libreoffice-calc`; elsewhere LibreOffice 24.8 or newer",
  };
}

function inContainer(): boolean {
  return existsSync("/.dockerenv") || existsSync("/run/.containerenv");
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined; // this kernel has no such switch
  }
}
