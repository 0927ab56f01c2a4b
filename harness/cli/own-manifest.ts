import type { Sandbox } from "../core/contract.ts";
import type { Manifest } from "../dispatch/run-record.ts";
import type { UnitKinds } from "../engine/executor.ts";
import { allForms } from "../evolve/forms.ts";
import type { Parts } from "../experiment/parts.ts";

/** What this program would run units with. */
export async function ownManifest(
  { agents, benchmarks, sandbox }: Pick<Parts, "agents" | "benchmarks" | "sandbox">,
  kinds: UnitKinds,
): Promise<Manifest> {
  const revisions: Record<string, number> = {};
  for (const { kind, rev } of kinds.values()) revisions[`unit ${kind}`] = rev;
  for (const { id, rev } of Object.values(agents)) revisions[`agent ${id}`] = rev;
  for (const { id, rev } of Object.values(allForms)) revisions[`form ${id}`] = rev;
  for (const benchmark of Object.values(benchmarks))
    for (const { id, rev } of Object.values(benchmark.scorers)) revisions[`scorer ${benchmark.id}/${id}`] = rev;
  return { revisions, tools: sandbox.id === "none" ? null : await toolsOf(sandbox) };
}

async function toolsOf(sandbox: Sandbox): Promise<Record<string, string>> {
  const { packages, ...programs } = await sandbox.manifest();
  const known = Object.entries(programs).flatMap(([name, version]) => (version === undefined ? [] : [[name, version] as const]));
  return Object.fromEntries([...known, ...Object.entries(packages).map(([name, version]) => [`package ${name}`, version] as const)]);
}
