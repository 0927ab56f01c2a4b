import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Box, CommandResult } from "../core/contract.ts";

/** A Box over a temporary folder standing for /work: real commands, no isolation. Commands must use relative paths. `commands` lists what was run. */
export async function tempBox(
  overrides: Partial<Pick<Box, "exec" | "exists">> = {},
): Promise<Box & { readonly commands: readonly string[]; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "agent-box-"));
  const inside = (path: string) => join(folder, path.replace(/^\/work\//, ""));
  const commands: string[] = [];
  return {
    commands,
    folder,
    exec: (command, options) => {
      commands.push(command);
      return overrides.exec?.(command, options) ?? run(command, folder, options);
    },
    put: (path, bytes) => writeFile(inside(path), bytes),
    exists: async (path) => overrides.exists?.(path) ?? existsSync(inside(path)),
    harvest: async (path) => (existsSync(inside(path)) ? { path, bytes: await readFile(inside(path)) } : { path, missing: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function run(command: string, cwd: string, { timeoutMs, signal }: Parameters<Box["exec"]>[1]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", command], { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const text = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text.stdout += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      text.stderr += part;
    });
    let timedOut = false;
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutMs);
    signal?.addEventListener("abort", kill, { once: true });
    child.on("error", reject);
    child.on("close", (exitCode, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", kill);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ ...text, exitCode, ...(killedBy === null ? {} : { signal: killedBy }), timedOut, dropped: { stdout: 0, stderr: 0 } });
    });
  });
}
