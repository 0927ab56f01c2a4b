import { UsageError } from "../core/errors.ts";
import type { Hash } from "../core/json.ts";
import type { ArmSpec, GuidanceSpec } from "../core/spec.ts";
import type { ArmRecord } from "../evaluate/arm.ts";
import type { Skill } from "../skill/read-skill.ts";
import type { Parts } from "./parts.ts";
import type { ResolvedTask } from "./resolve-tasks.ts";

/** What an agent is given to go by, at hand. */
export type Guidance =
  | { readonly kind: "none" }
  | { readonly kind: "skill"; readonly skill: Skill }
  | {
      readonly kind: "notes";
      readonly notes: NonNullable<ArmRecord["notes"]>;
      /** Blob of the text for one task. */
      readonly textOf: (task: ResolvedTask) => Hash;
    };

/** Guidance that has to be learned before the arm can be measured. */
export type LearnedSpec = Exclude<GuidanceSpec, { readonly kind: "none" | "skill" }>;

/** An arm of the config, or one of the further arms that learning adds, with its guidance at hand. */
export interface GuidedArm {
  readonly arm: ArmSpec;
  readonly name: string;
  readonly label: string;
  /** For people: "none", "skill skills/xlsx-human", "evolved by sim-large from skills/xlsx-human (combined)". */
  readonly guidanceText: string;
  readonly guidance: Guidance;
}

export function isLearned(guidance: GuidanceSpec): guidance is LearnedSpec {
  return guidance.kind !== "none" && guidance.kind !== "skill";
}

/** An arm whose guidance is written in the config. Throws UsageError for a skill that cannot be used. */
export async function guideArm(arm: ArmSpec, parts: Pick<Parts, "readSkill">): Promise<GuidedArm> {
  const common = { arm, name: arm.name, label: arm.label ?? arm.name };
  if (arm.guidance.kind === "none") return { ...common, guidanceText: "none", guidance: { kind: "none" } };
  if (arm.guidance.kind !== "skill") throw new UsageError(`the guidance of arm ${arm.name} has to be learned first`);
  const skill = await parts.readSkill(arm.guidance.path);
  return { ...common, guidanceText: `skill ${arm.guidance.path}`, guidance: { kind: "skill", skill } };
}
