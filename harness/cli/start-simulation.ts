import { join } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import type { Hash } from "../core/json.ts";
import type { ModelSpec } from "../core/spec.ts";
import type { World } from "../core/world.ts";
import { createBrain } from "../simulation/brain.ts";
import type { FaultSpec } from "../simulation/faults.ts";
import type { LatencySpec } from "../simulation/latency.ts";
import { loadPersona, type Persona, personaHash } from "../simulation/persona.ts";
import { type SimulatedServer, startSimulatedServer } from "../simulation/server.ts";

export interface SimulationOptions {
  readonly personas: readonly ModelSpec[];
  /** False when every simulated model has endpoints of its own (`t2s simulate` in another process). */
  readonly listen?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly latency?: LatencySpec;
  readonly faults?: FaultSpec;
  readonly apiKey?: string;
}

export interface Simulation {
  readonly server: SimulatedServer | undefined;
  /** Identity of each simulated model by configured name: persona and world. */
  readonly hashes: ReadonlyMap<string, Hash>;
}

/** The worlds of all benchmarks in this program: what the simulated model knows. */
export const worlds: readonly World[] = Object.values(benchmarks).flatMap((benchmark) =>
  benchmark.world === undefined ? [] : [benchmark.world],
);

/** Loads the personas of simulated models and starts their endpoint. Throws UsageError for an unknown or unreadable persona. */
export async function startSimulation(personaDir: string, options: SimulationOptions): Promise<Simulation> {
  const personas = new Map<string, Persona>();
  const hashes = new Map<string, Hash>();
  for (const spec of options.personas) {
    const persona = await loadPersona(join(personaDir, `${spec.persona}.yaml`));
    personas.set(spec.served_name ?? spec.name, persona);
    hashes.set(spec.name, personaHash(persona, worlds));
  }
  if (options.listen === false) return { server: undefined, hashes };
  const brain = createBrain({ personas, worlds });
  const server = await startSimulatedServer({
    brain,
    port: options.port,
    host: options.host,
    latency: options.latency,
    faults: options.faults,
    apiKey: options.apiKey,
  });
  return { server, hashes };
}
