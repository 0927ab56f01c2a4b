import {
  type Coverage,
  coverageSchema,
  type Lineage,
  lineageSchema,
  type MergeTree,
  mergeTreeSchema,
  type SkillPatch,
  skillPatchSchema,
} from "../../core/evolution.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { replaceFolder, type Written } from "./replace-folder.ts";

export interface EvolutionArtifacts {
  readonly patches: readonly SkillPatch[];
  readonly mergeTree: MergeTree;
  readonly lineage: Lineage;
  readonly coverage: Coverage;
  /** Markdown. */
  readonly changelog: string;
  /** Unified diff from S0. */
  readonly diff: string;
  /** The evolved skill. */
  readonly files: readonly SkillFile[];
}

/**
 * Writes the record of an evolution as a folder: patches/<id>.json, merge-tree.json, lineage.json, coverage.json, changelog.md, diff.patch and skill/, and what is given to stand beside them, whole or not at all.
 * Records are checked against their schemas first. A full or read-only disk is a StoreError.
 */
export async function writeEvolution(dir: string, artifacts: EvolutionArtifacts, beside: readonly Written[] = []): Promise<void> {
  await replaceFolder(dir, [...filesOf(artifacts), ...beside]);
}

function filesOf(artifacts: EvolutionArtifacts): Written[] {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    ...artifacts.patches.map((patch) => ({ path: `patches/${patch.id}.json`, bytes: json(skillPatchSchema.parse(patch)) })),
    { path: "merge-tree.json", bytes: json(mergeTreeSchema.parse(artifacts.mergeTree)) },
    { path: "lineage.json", bytes: json(lineageSchema.parse(artifacts.lineage)) },
    { path: "coverage.json", bytes: json(coverageSchema.parse(artifacts.coverage)) },
    { path: "changelog.md", bytes: artifacts.changelog },
    { path: "diff.patch", bytes: artifacts.diff },
    ...artifacts.files.map((file) => ({ path: `skill/${file.path}`, bytes: file.bytes, mode: file.mode })),
  ];
}
