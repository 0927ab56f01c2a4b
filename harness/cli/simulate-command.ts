import { join } from "node:path";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { recoverableFaults } from "../simulation/faults.ts";
import type { CliContext } from "./context.ts";
import { startSimulation } from "./start-simulation.ts";

export interface SimulateOptions {
  readonly port: number;
  readonly host: string;
  readonly latencyMs?: number;
  readonly faultRate?: number;
  readonly faultSeed?: number;
}

/** `t2s simulate`: serves every shipped persona until a signal ends it. Model files reach it with `endpoints: [{base_url: …}]`. */
export async function simulateCommand(options: SimulateOptions, context: CliContext): Promise<void> {
  const specs = await loadModels(["sim-large", "sim-small"]);
  const { server } = await startSimulation(join(context.projectRoot, "configs/personas"), {
    personas: [...specs.values()],
    port: options.port,
    host: options.host,
    latency: options.latencyMs === undefined ? undefined : { kind: "fixed", ms: options.latencyMs },
    faults: options.faultRate === undefined ? undefined : recoverableFaults(options.faultSeed ?? 1, options.faultRate),
  });
  if (server === undefined) return;
  context.out(`simulated model (${[...specs.keys()].join(", ")}) listens on ${server.url}; Ctrl-C ends it\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const stats = server.stats();
  await server.close();
  context.out(`${JSON.stringify(stats)}\n`);
}
