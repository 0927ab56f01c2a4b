/** Runs kits' comparison scripts over many candidates in few node processes, as an analyst would run each of them. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kit } from "../../../harness/core/contract.ts";

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export interface CompareJob {
  readonly kit: Pick<Kit, "files">;
  /** Undefined: the candidate is missing. */
  readonly candidate: Uint8Array | undefined;
}

const runner = `
const path = require("node:path");
for (const dir of JSON.parse(process.argv[2])) {
  const script = path.join(dir, "kit", "compare.cjs");
  process.argv[2] = path.join(dir, "output.xlsx");
  delete require.cache[script];
  try { require(script); } catch (error) { console.log("CRASH " + error.stack); }
  console.log("\\u0001");
}
process.exitCode = 0;
`;

/** The reports, in the order of the jobs. */
export async function compareAll(jobs: readonly CompareJob[]): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), "t2s-kit-"));
  try {
    await symlink(packages, join(root, "node_modules"));
    await writeFile(join(root, "runner.cjs"), runner);
    const dirs: string[] = [];
    for (const [i, { kit, candidate }] of jobs.entries()) {
      const dir = join(root, String(i));
      await mkdir(join(dir, "kit"), { recursive: true });
      for (const file of kit.files) await writeFile(join(dir, "kit", file.path), file.bytes);
      if (candidate !== undefined) await writeFile(join(dir, "output.xlsx"), candidate);
      dirs.push(dir);
    }
    const out = await new Promise<string>((resolve, reject) => {
      execFile("node", [join(root, "runner.cjs"), JSON.stringify(dirs)], { maxBuffer: 1 << 27 }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
      );
    });
    return out.split("\u0001\n").slice(0, jobs.length);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
