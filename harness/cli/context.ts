import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** What the commands may know of the outside world. Made once in cli.ts, the only place that reads the environment. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly projectRoot: string;
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly terminal: { readonly isTerminal: boolean; readonly columns: number; readonly color: boolean };
}

/** The context of this process. */
export function readContext(): CliContext {
  const projectRoot = resolve(import.meta.dirname, "../..");
  const manifest: { version: string } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  return {
    env: process.env,
    cwd: process.cwd(),
    projectRoot,
    version: manifest.version,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal: {
      isTerminal: process.stderr.isTTY === true,
      columns: process.stderr.columns ?? 120,
      color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    },
  };
}

/** Folder results go to: --results, else T2S_RESULTS, else results/ of the project. */
export function resultsDir(context: CliContext, option: string | undefined): string {
  return resolve(context.cwd, option ?? context.env.T2S_RESULTS ?? join(context.projectRoot, "results"));
}

/** Folder of a benchmark's data sets: T2S_DATA_HOME/<benchmark>, else benchmarks/<benchmark>/data of the project. */
export function dataDir(context: CliContext, benchmark: string): string {
  const home = context.env.T2S_DATA_HOME;
  return home === undefined ? join(context.projectRoot, "benchmarks", benchmark, "data") : resolve(context.cwd, home, benchmark);
}

/** Commit of the checkout, "-dirty" when files differ; undefined outside a git checkout. */
export function commitOf(projectRoot: string): string | undefined {
  try {
    const git = (...args: string[]): string =>
      execFileSync("git", ["-C", projectRoot, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return `${git("rev-parse", "--short=12", "HEAD")}${git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "-dirty"}`;
  } catch {
    return undefined;
  }
}

/** Folders model files are looked for in: the user's own first, then configs/models of the project. */
export function modelFolders(context: CliContext, own: string | undefined): string[] {
  return [...(own === undefined ? [] : [resolve(context.cwd, own)]), join(context.projectRoot, "configs/models")];
}
