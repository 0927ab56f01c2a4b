import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
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
import { onDisk } from "../../store/durable.ts";

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
 * Writes the record of an evolution as a folder: patches/<id>.json, merge-tree.json, lineage.json, coverage.json, changelog.md, diff.patch and skill/. The folder appears
 * whole or not at all: it is written beside `dir` under another name and then put in its place, and what was there before is removed. Records are checked against their
 * schemas first. A full or read-only disk is a StoreError.
 */
export async function writeEvolution(dir: string, artifacts: EvolutionArtifacts): Promise<void> {
  const files = filesOf(artifacts);
  const suffix = `${process.pid}-${randomBytes(6).toString("hex")}`;
  const parent = path.dirname(dir);
  const fresh = path.join(parent, `.${path.basename(dir)}.${suffix}.tmp`);
  const old = path.join(parent, `.${path.basename(dir)}.${suffix}.old`);
  await onDisk(dir, async () => {
    try {
      for (const file of files) await writeFileIn(fresh, file);
      const replaced = await moveIfThere(dir, old);
      try {
        await rename(fresh, dir);
      } catch (error) {
        if (replaced) await rename(old, dir);
        throw error;
      }
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    await rm(old, { recursive: true, force: true });
  });
}

interface Written {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  readonly mode?: number;
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

async function writeFileIn(root: string, file: Written): Promise<void> {
  const target = path.join(root, file.path);
  if (!target.startsWith(root + path.sep)) throw new TypeError(`${file.path} would be written outside of ${root}`);
  await mkdir(path.dirname(target), { recursive: true });
  await using handle = await open(target, "wx", file.mode ?? 0o644);
  await handle.writeFile(file.bytes);
  // The umask may have taken bits away that are part of the skill's hash.
  if (file.mode !== undefined) await handle.chmod(file.mode);
  await handle.sync();
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
