import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** The pages' program as one classic script, and their style sheet. Same input, same bytes. */
export async function bundleApp(): Promise<{ readonly script: string; readonly style: string }> {
  const folder = join(import.meta.dirname, "app");
  const { outputFiles } = await build({
    entryPoints: [join(folder, "main.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new TypeError("esbuild gave no output for the pages' program");
  return { script: script.text, style: await readFile(join(folder, "site.css"), "utf8") };
}
