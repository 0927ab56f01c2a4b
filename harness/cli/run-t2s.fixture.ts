import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { readContext } from "./context.ts";
import { runProgram } from "./program.ts";

export const projectRoot = resolve(import.meta.dirname, "../..");

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Called with the process, to signal it while it runs. */
  readonly during?: (child: { kill(signal: NodeJS.Signals): boolean; pid?: number }, seen: () => string) => Promise<void>;
}

/** Runs the real program as a user would and gives back what it printed. Data comes from `T2S_DATA_HOME` of the environment given. */
export function t2s(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return runCommandLine([process.execPath, join(projectRoot, "harness/t2s.mjs"), ...args], options);
}

/** Runs any command line, in the project's folder unless told otherwise. */
export async function runCommandLine([program, ...args]: readonly [string, ...string[]], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(program, args, {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a process group of its own, so that a test can signal all of it, as a terminal does
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const finished = new Promise<number | null>((done) => child.once("close", done));
  await options.during?.(child, () => out + err);
  return { code: await finished, out, err };
}

/** As `t2s`, in this process, which saves starting one: for tests that signal nothing and write nothing to standard input. */
export async function t2sHere(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<Finished> {
  let out = "";
  let err = "";
  const code = await runProgram(args, {
    ...readContext(),
    cwd: projectRoot,
    env: { ...process.env, NO_COLOR: "1", ...env },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: { isTerminal: false, columns: 120, color: false },
  });
  return { code, out, err };
}
