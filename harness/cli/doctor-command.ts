import { join } from "node:path";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { probeEndpoint } from "../model/probe-endpoint.ts";
import { probeHost } from "../sandbox/probe-host.ts";
import { type CliContext, modelFolders } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { startSimulation } from "./start-simulation.ts";

/** `t2s doctor [--model NAME]`: one block a finding; exit code 1 when something needed is missing or the model cannot be used. */
export async function doctorCommand(
  options: { readonly model?: string; readonly modelDir?: string },
  context: CliContext,
): Promise<number> {
  const findings = await probeHost();
  for (const finding of findings) {
    context.out(`${finding.state.padEnd(7)} ${finding.id}: ${finding.found}\n`);
    if (finding.meaning !== undefined) context.out(`        means: ${finding.meaning}\n`);
    if (finding.fix !== undefined) context.out(`        to do: ${finding.fix}\n`);
  }
  const missing = findings.some((finding) => finding.state === "missing");
  const usable = options.model === undefined || (await probeModel(options.model, options.modelDir, context));
  return missing || !usable ? exitCodes.incomplete : exitCodes.ok;
}

async function probeModel(name: string, modelDir: string | undefined, context: CliContext): Promise<boolean> {
  const specs = await loadModels([name], undefined, modelFolders(context, modelDir));
  const spec = specs.get(name);
  if (spec === undefined) return false;
  const simulation =
    spec.provider === "simulated"
      ? await startSimulation(join(context.projectRoot, "configs/personas"), { personas: [spec], listen: spec.endpoints.length === 0 })
      : undefined;
  try {
    const probe = await probeEndpoint(spec, context.env, { simulatedUrl: simulation?.server?.url });
    for (const endpoint of probe.endpoints)
      for (const finding of endpoint.findings) context.out(`${finding.level.padEnd(7)} ${name} at ${endpoint.label}: ${finding.text}\n`);
    return probe.ok;
  } finally {
    await simulation?.server?.close();
  }
}
