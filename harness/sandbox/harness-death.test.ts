import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findBwrap } from "./bubblewrap.ts";

const reason = findBwrap() === undefined ? "bubblewrap is not installed" : undefined;

/** A harness process with a box in it, which inherited an open file as descriptor 9. */
const program = (mark: string): string => `
import { bubblewrapSandbox } from ${JSON.stringify(new URL("./bubblewrap.ts", import.meta.url).href)};
import { output, testLimits } from ${JSON.stringify(new URL("./contract-cases.fixture.ts", import.meta.url).href)};
const sandbox = await bubblewrapSandbox({ hidden: [] });
const box = await sandbox.open({ limits: testLimits });
console.log(await output(box, "ls /proc/self/fd /proc/1/fd /proc/$PPID/fd | tr '\\\\n' ' '; cat <&9 2>/dev/null; setsid sleep ${mark} >/dev/null 2>&1 & sleep ${mark} & true"));
await output(box, "sleep 100");
`;

function processesWith(text: string): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(`sleep\0${text}`);
    } catch {
      return false;
    }
  });
}

describe.skipIf(reason !== undefined)(`when the harness is killed${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let folder: string;
  let said = "";
  const mark = `5151.${process.pid}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "t2s-death-"));
    writeFileSync(join(folder, "program.mts"), program(mark));
    writeFileSync(join(folder, "secret"), "from-descriptor-9");
    const secret = openSync(join(folder, "secret"), "r");
    const extra = Array.from({ length: 6 }, () => "ignore" as const);
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), join(folder, "program.mts")], {
      stdio: ["ignore", "pipe", "inherit", ...extra, secret],
    });
    closeSync(secret);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on("data", (chunk) => {
        said += chunk;
        resolve();
      });
      child.on("exit", (code) => reject(new Error(`ended early with ${code}`)));
    });
    await vi.waitFor(() => expect(processesWith(mark).length).toBeGreaterThanOrEqual(2), 10_000);
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("its boxes and their daemons end with it", async () => {
    await expect.poll(() => processesWith(mark), { timeout: 10_000 }).toEqual([]);
  });

  it("descriptors it had inherited were closed to the agent", () => {
    expect(said).not.toContain("from-descriptor-9");
    expect(said).toContain("/proc/1/fd: 0 1 2  ");
    expect(said).toMatch(/\/proc\/self\/fd: 0 1 2 3 $/m);
  });
});
