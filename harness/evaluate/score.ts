import { z } from "zod";
import { type Hash, hashJson } from "../core/json.ts";
import { hashSchema, type Outcome, outcomeSchema, submissionSchema, taskSchema } from "../core/record.ts";
import { sealedSchema } from "../core/sealed.ts";
import type { UnitKind } from "../engine/unit.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { benchmarkOf, type ReferenceDeps } from "./reference-agents.ts";

/** `score = H(scorer@rev, submission, task, sealed, scorer toolchain)`: mending a scorer or a gold file re-runs scores and nothing else. */
export const scoreSpecSchema = z.strictObject({
  kind: z.literal("score"),
  rev: z.number().int(),
  benchmark: z.string(),
  scorer: z.string(),
  scorerRev: z.number().int(),
  toolchain: hashSchema,
  task: hashSchema,
  sealed: hashSchema,
  submission: hashSchema,
});
export type ScoreSpec = z.infer<typeof scoreSpecSchema>;
export const scoreRev = 1;

/** The unit that has a stored submission judged by one scorer. */
export function scoreSpec(
  benchmark: string,
  scorer: { readonly id: string; readonly rev: number; readonly toolchain: Hash },
  of: Pick<ScoreSpec, "task" | "sealed" | "submission">,
): ScoreSpec {
  const { id, rev, toolchain } = scorer;
  return { kind: "score", rev: scoreRev, benchmark, scorer: id, scorerRev: rev, toolchain, ...of };
}

/** Judges a stored submission. Refuses to run when this program's scorer is not the one the key names. */
export function scoreKind(deps: ReferenceDeps): UnitKind<ScoreSpec, Outcome> {
  const toolchains = new Map<string, Promise<Hash>>();
  return {
    kind: "score",
    rev: scoreRev,
    spec: scoreSpecSchema,
    result: outcomeSchema,
    async run(spec, signal) {
      const scorer = benchmarkOf(deps.benchmarks, spec.benchmark).scorers[spec.scorer];
      if (scorer === undefined) throw new TypeError(`benchmark ${spec.benchmark} has no scorer "${spec.scorer}"`);
      if (scorer.rev !== spec.scorerRev)
        throw new TypeError(`scorer ${spec.scorer} has revision ${scorer.rev} here, the spec asks for ${spec.scorerRev}`);
      const name = `${spec.benchmark} ${spec.scorer}`;
      if (!toolchains.has(name)) toolchains.set(name, scorer.toolchain().then(hashJson));
      const toolchain = await toolchains.get(name);
      if (toolchain !== spec.toolchain)
        throw new TypeError(`scorer ${spec.scorer} runs on other library versions here than the spec asks for`);
      const task = taskSchema.parse(await readJsonBlob(deps.blobs, spec.task));
      const sealed = sealedSchema.parse(await readJsonBlob(deps.blobs, spec.sealed));
      const submission = submissionSchema.parse(await readJsonBlob(deps.blobs, spec.submission));
      const outcome = await scorer.score(task, sealed, submission, deps.blobs, signal);
      return { result: outcome, blobs: [spec.task, spec.sealed, spec.submission] };
    },
  };
}
