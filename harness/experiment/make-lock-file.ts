import type { Json } from "../core/json.ts";
import type { ProtocolCard } from "../core/protocol-card.ts";
import type { LockFile } from "./lock-file.ts";
import type { Parts } from "./parts.ts";
import { isSolverArm } from "./resolve-arms.ts";
import type { Resolved } from "./resolve-experiment.ts";

/** The lock file of a resolved experiment. `design` is what the tables are built from. */
export function makeLockFile(resolved: Resolved, parts: Parts, design: Json, protocol: ProtocolCard): LockFile {
  return {
    v: 1,
    experiment: resolved.spec.name,
    spec: resolved.spec,
    protocol,
    card: {
      benchmarks: resolved.benchmarks.map((b) => ({
        id: b.spec.id,
        rev: b.benchmark.rev,
        split: b.split.id,
        splitLabel: b.split.label,
        synthetic: b.split.synthetic,
        form: b.form.id,
        tasks: b.tasks.length,
        subset: b.subset,
        attempts: b.spec.attempts,
        clusters: new Set(b.tasks.map(({ task }) => task.cluster)).size,
        dataDigest: b.dataDigest,
        primary: b.primary,
        scorers: b.scorers.map((scorer) => ({ ...scorer })),
        recalculate: b.recalculate,
      })),
      arms: resolved.arms.map((arm) => ({
        name: arm.name,
        label: arm.label,
        guidance: arm.guidance,
        solver: arm.solver,
        agent: arm.kind,
        ...(isSolverArm(arm)
          ? {
              simulated: arm.simulated,
              key: arm.key,
              skill: arm.record.skill?.hash,
              identicalTo: arm.identicalTo,
              record: arm.record,
            }
          : { simulated: false }),
      })),
      seeds: [...resolved.spec.seeds.rollout],
      attempts: resolved.spec.attempts,
      replicas: resolved.spec.replicas,
      sandbox: parts.sandbox.id,
    },
    design,
    made: { version: parts.version, commit: parts.commit, node: process.version },
  };
}
