import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { endGroup } from "./processes.ts";

/** A `t2s` that was started, in a process group of its own. */
export interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

export interface Starter extends AsyncDisposable {
  t2s(...args: readonly string[]): Started;
  /** Workers of so many slots and one child process each; resolves when all of them wait for units. */
  workers(count: number, redis: string, slots: number, modelDir: string): Promise<readonly Started[]>;
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(50);
}

/** Starts the program of this checkout under an environment; what still runs when it is disposed is killed. */
export function startsT2s(env: Readonly<Record<string, string | undefined>>): Starter {
  const root = resolve(import.meta.dirname, "..");
  const children: ChildProcess[] = [];
  const t2s = (...args: readonly string[]): Started => {
    const child = spawn(process.execPath, [join(root, "harness/t2s.mjs"), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    children.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    return { child, said: () => said, ended: new Promise((done) => child.once("close", done)) };
  };
  return {
    t2s,
    async workers(count, redis, slots, modelDir) {
      const args = ["worker", redis, "--processes", "1", "--slots", String(slots), "--model-dir", modelDir];
      const started = Array.from({ length: count }, () => t2s(...args));
      await until(() => started.every(({ child, said }) => said().includes("units at once") || child.exitCode !== null));
      const failed = started.find(({ child }) => child.exitCode !== null);
      if (failed !== undefined) throw new Error(`a worker ended: ${failed.said()}`);
      return started;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) await endGroup(child);
    },
  };
}
