import { join, resolve } from "node:path";
import type { Sandbox } from "../core/contract.ts";
import type { CliContext } from "./context.ts";

/** How a process that runs units is started: it learns the store and the names of the models; endpoints and secrets it resolves itself. */
export function unitCommandLine(
  unit: {
    readonly results: string;
    /** Address of the store that `results` keeps copies of. */
    readonly remote?: string;
    readonly models: readonly string[];
    readonly sandbox: Sandbox["id"];
    readonly slots: number;
    readonly modelDir?: string;
  },
  context: CliContext,
): [string, ...string[]] {
  return [
    process.execPath,
    join(context.projectRoot, "harness/t2s.mjs"),
    "unit",
    "--results",
    unit.results,
    ...(unit.remote === undefined ? [] : ["--remote", unit.remote]),
    "--models",
    unit.models.join(","),
    ...(unit.modelDir === undefined ? [] : ["--model-dir", resolve(context.cwd, unit.modelDir)]),
    "--sandbox",
    unit.sandbox,
    "--slots",
    String(unit.slots),
    ...(unit.sandbox === "none" ? ["--unsandboxed"] : []),
  ];
}
