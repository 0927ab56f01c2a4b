import { z } from "zod";

/** What a process runs units with, as far as results depend on it: names with revisions, and the tools of its sandbox. */
export const manifestSchema = z.object({
  /** `unit rollout` → 5, `form patch` → 2, `scorer wikitq/official` → 1 … */
  revisions: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Versions of the sandbox's tools by name; null for a run without commands. */
  tools: z.record(z.string(), z.string()).nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What workers are told of a run. Names and paths only: endpoints and keys come from each worker's own environment. */
export const runRecordSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  experiment: z.string(),
  /** The process that coordinates it: what is spent counts from its beginning. */
  coordinator: z.string(),
  /** When workers make no further calls. */
  ceilings: z.object({ maxCostUsd: z.number().optional(), maxCalls: z.number().optional(), maxTokens: z.number().optional() }),
  /** Models the units may name, by the names of their files. */
  models: z.array(z.string()),
  sandbox: z.enum(["bubblewrap", "docker", "none"]),
  manifest: manifestSchema,
  /** Where its store is: a results folder that workers see under the same path, or an address where the coordinator serves it. */
  store: z.union([z.object({ folder: z.string() }), z.object({ url: z.url() })]),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** Jobs in Redis at once: what waits beyond that waits at the coordinator, as a promise. */
export const queuedAtMost = 10_000;

/** One unit on its way: a spec is references only. */
export const jobSchema = z.object({ v: z.literal(1), run: z.string(), spec: z.looseObject({ kind: z.string(), rev: z.number().int() }) });
export type JobData = z.infer<typeof jobSchema>;

/** Why a worker must not run units of a run, both values named; undefined when it may. */
export function mismatch(run: Manifest, own: Manifest): string | undefined {
  for (const name of new Set([...Object.keys(run.revisions), ...Object.keys(own.revisions)])) {
    const [theirs, ours] = [run.revisions[name], own.revisions[name]];
    if (theirs !== ours) return `${name} has revision ${ours ?? "none"} here and ${theirs ?? "none"} in the run`;
  }
  if (run.tools === null) return undefined;
  for (const name of new Set([...Object.keys(run.tools), ...Object.keys(own.tools ?? {})])) {
    const [theirs, ours] = [run.tools[name], own.tools?.[name]];
    if (theirs !== ours) return `the sandbox has ${name} ${ours ?? "(none)"} here and ${theirs ?? "(none)"} in the run`;
  }
  return undefined;
}
