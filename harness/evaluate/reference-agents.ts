import { z } from "zod";
import type { Benchmark, Blobs } from "../core/contract.ts";
import { type Exit, hashSchema, noUsage, type RolloutResult, rolloutResultSchema, type Submission, taskSchema } from "../core/record.ts";
import { type Sealed, sealedSchema } from "../core/sealed.ts";
import type { UnitKind, UnitOutput } from "../engine/unit.ts";
import { readJsonBlob } from "../store/blobs.ts";

export const nopSpecSchema = z.strictObject({ kind: z.literal("nop"), rev: z.number().int(), benchmark: z.string(), task: hashSchema });
export type NopSpec = z.infer<typeof nopSpecSchema>;
export const oracleSpecSchema = z.strictObject({
  kind: z.literal("oracle"),
  rev: z.number().int(),
  benchmark: z.string(),
  task: hashSchema,
  sealed: hashSchema,
});
export type OracleSpec = z.infer<typeof oracleSpecSchema>;
export const referenceRev = 1;

export interface ReferenceDeps {
  readonly blobs: Blobs;
  readonly benchmarks: Readonly<Record<string, Benchmark>>;
}

/** Looks a benchmark up by the name in a spec. */
export function benchmarkOf(benchmarks: Readonly<Record<string, Benchmark>>, id: string): Benchmark {
  const benchmark = benchmarks[id];
  if (benchmark === undefined) throw new TypeError(`no benchmark "${id}" in this program; known are ${Object.keys(benchmarks).join(", ")}`);
  return benchmark;
}

function handIn(submission: Submission, exit: Exit): UnitOutput<RolloutResult> {
  const files = submission.files.map((file) => ({ ...file }));
  return {
    result: { submission: { ...submission, files, exit }, trajectory: null, turns: 0, formatErrors: 0, usage: noUsage },
    blobs: files.map((file) => file.blob),
    costUsd: 0,
  };
}

/** The floor: hands in the untouched start file where there is one, else nothing. */
export function nopKind(deps: ReferenceDeps): UnitKind<NopSpec, RolloutResult> {
  return {
    kind: "nop",
    rev: referenceRev,
    spec: nopSpecSchema,
    result: rolloutResultSchema,
    run: async (spec) =>
      handIn(benchmarkOf(deps.benchmarks, spec.benchmark).nop(taskSchema.parse(await readJsonBlob(deps.blobs, spec.task))), "nop"),
  };
}

/** The ceiling: hands in the reference answer. Runs outside any sandbox; no agent code is involved. */
export function oracleKind(deps: ReferenceDeps): UnitKind<OracleSpec, RolloutResult> {
  return {
    kind: "oracle",
    rev: referenceRev,
    spec: oracleSpecSchema,
    result: rolloutResultSchema,
    async run(spec) {
      const task = taskSchema.parse(await readJsonBlob(deps.blobs, spec.task));
      const sealed: Sealed = sealedSchema.parse(await readJsonBlob(deps.blobs, spec.sealed));
      return handIn(benchmarkOf(deps.benchmarks, spec.benchmark).oracle(task, sealed), "oracle");
    },
  };
}
