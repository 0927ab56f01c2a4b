import type { Sandbox } from "../core/contract.ts";
import { type ExperimentSpec, type ModelSpec, usesModel } from "../core/spec.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import type { CliContext } from "./context.ts";

/**
 * The sandbox of a run. Simulated models run commands this project wrote, so where no sandbox exists they may do without one (a line says so);
 * an experiment without agents runs no command at all and needs none.
 */
export async function sandboxFor(
  spec: ExperimentSpec,
  specs: ReadonlyMap<string, ModelSpec>,
  choice: { readonly hidden: readonly string[]; readonly unsandboxed: boolean },
  context: CliContext,
): Promise<Sandbox> {
  const runsCommands =
    spec.arms.some((arm) => usesModel(arm.agent ?? spec.agent)) || spec.benchmarks.some((one) => one.recalculate !== "none");
  if (!runsCommands) return (await chooseSandbox({ kind: "none", hidden: choice.hidden, unsandboxed: true })).sandbox;
  const { sandbox, notes } = await chooseSandbox({
    kind: spec.sandbox,
    hidden: choice.hidden,
    unsandboxed: choice.unsandboxed || onlyEmbedded(specs),
  });
  for (const note of notes) context.err(`${note}\n`);
  return sandbox;
}

const onlyEmbedded = (specs: ReadonlyMap<string, ModelSpec>): boolean =>
  [...specs.values()].every((spec) => spec.provider === "simulated" && spec.endpoints.length === 0);
