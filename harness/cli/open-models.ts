import { join } from "node:path";
import type { Gate } from "../core/gate.ts";
import type { ModelSpec } from "../core/spec.ts";
import { type Budget, withinBudget } from "../engine/budget.ts";
import type { ConfiguredModel } from "../experiment/parts.ts";
import { createModel } from "../model/create-model.ts";
import { describeModel } from "../model/describe-model.ts";
import type { CliContext } from "./context.ts";
import { type SimulationOptions, startSimulation } from "./start-simulation.ts";

/** Models of a run, with the embedded simulated endpoint when one of them needs it. */
export interface OpenModels extends AsyncDisposable {
  readonly models: ReadonlyMap<string, ConfiguredModel>;
}

/** Who is asked before every call, and told of it afterwards. */
export interface ModelWatch {
  readonly gate?: Gate;
  readonly onSpend?: (call: { readonly tokens: number; readonly costUsd: number | undefined }) => void;
}

/** Calls that a budget allows and counts. */
export const chargedTo = (budget: Budget): ModelWatch => ({ gate: withinBudget(undefined, budget.refusal), onSpend: budget.add });

/**
 * Makes a client for every model file. `provider: simulated` models without endpoints of their own share one server on a free loopback port.
 * Throws UsageError for unset variables, unusable URLs and unknown personas. Calls no endpoint.
 */
export async function openModels(
  specs: ReadonlyMap<string, ModelSpec>,
  context: CliContext,
  { onSpend, gate }: ModelWatch,
  simulation: Omit<SimulationOptions, "personas"> & { readonly personaDir?: string } = {},
): Promise<OpenModels> {
  const personas = [...specs.values()].filter((spec) => spec.provider === "simulated");
  const simulated =
    personas.length === 0
      ? undefined
      : await startSimulation(simulation.personaDir ?? join(context.projectRoot, "configs", "personas"), {
          ...simulation,
          personas,
          listen: personas.some((spec) => spec.endpoints.length === 0),
        });
  const models = new Map<string, ConfiguredModel>();
  for (const [name, spec] of specs) {
    const model = createModel(spec, {
      env: context.env,
      simulatedUrl: simulated?.server?.url,
      gate,
      onCall(event) {
        if (event.kind === "done")
          onSpend?.({
            tokens: event.usage.promptTokens + event.usage.completionTokens,
            costUsd: event.costUsd,
          });
      },
    });
    const identity = describeModel(spec, simulated?.hashes.get(name));
    models.set(name, { spec, model, identity: { ...identity, name } });
  }
  return {
    models,
    async [Symbol.asyncDispose]() {
      await simulated?.server?.close();
    },
  };
}
