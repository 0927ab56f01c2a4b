import type { Sandbox } from "../core/contract.ts";
import { remoteStore } from "../dispatch/blob-client.ts";
import { askingGate } from "../engine/child-gate.ts";
import { serveUnits } from "../engine/child-protocol.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { type CliContext, modelFolders, resultsDir } from "./context.ts";
import { storeToken } from "./open-executor.ts";
import { openModels } from "./open-models.ts";
import { hiddenPaths, openParts, unitKinds } from "./open-parts.ts";

/**
 * `t2s unit`: a worker process. Runs the unit specs that come in on standard input with nothing but the blob store and its own model files,
 * one JSON line a unit, one JSON line back. This is what `--child-processes` starts.
 */
export async function unitCommand(
  options: {
    readonly results?: string;
    /** Address of the store; `results` then keeps copies. */
    readonly remote?: string;
    readonly models?: string;
    readonly modelDir?: string;
    readonly unsandboxed?: boolean;
    readonly sandbox?: "auto" | Sandbox["id"];
    readonly slots?: number;
  },
  context: CliContext,
): Promise<void> {
  const results = resultsDir(context, options.results);
  const names = (options.models ?? "").split(",").filter((name) => name !== "");
  const specs = await loadModels(names, undefined, modelFolders(context, options.modelDir));
  let report: (call: { readonly tokens: number; readonly costUsd: number | undefined }) => void = () => undefined;
  const gate = askingGate();
  await using opened = await openModels(specs, context, { gate, onSpend: (call) => report(call) });
  const { sandbox } = await chooseSandbox({
    kind: options.sandbox ?? "auto",
    hidden: hiddenPaths(context, results),
    unsandboxed: options.unsandboxed === true,
  });
  const parts = openParts(context, { resultsDir: results, sandbox, models: opened.models });
  const { remote: url } = options;
  const store = url === undefined ? parts.store : remoteStore({ url, token: storeToken(context), cache: parts.store.blobs });
  await serveUnits(unitKinds({ ...parts, store }, options.slots ?? 16), process.stdin, process.stdout, gate, (say) => {
    report = (call) => say({ spent: call });
  });
}
