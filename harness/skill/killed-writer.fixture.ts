import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

/** Where a writer is killed: after it moved the old folder aside, or after its new one is in place and the old one still beside it. */
export type Failpoint = "between-renames" | "before-removal";

/**
 * Runs statements in a process of its own, the module `from` as `m`; with a failpoint the process kills itself (SIGKILL) there, so that nothing of it is tidied up.
 * Gives the signal or exit code it ended with.
 */
export async function runWriter(from: string, statements: string, failpoint?: Failpoint): Promise<string | number | null> {
  const renames = failpoint === "between-renames" ? 1 : 2;
  const program = `
    import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    const rename = fs.rename;
    let seen = 0;
    fs.rename = async (a, b) => {
      await rename(a, b);
      seen++;
      if (${failpoint !== undefined} && seen === ${renames}) process.kill(process.pid, "SIGKILL");
    };
    syncBuiltinESMExports();
    const m = await import(${JSON.stringify(pathToFileURL(from).href)});
    ${statements}`;
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", program], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended: unknown[] = await once(child, "close");
  const [code, signal] = ended;
  return typeof signal === "string" ? signal : typeof code === "number" ? code : null;
}
