/** Where the skill of a measured arm comes from: its files, the start skill and the lineage, all out of the results. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../core/errors.ts";
import { type Lineage, lineageSchema } from "../core/evolution.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { type ArmRecord, armRecordSchema } from "../evaluate/arm.ts";
import { applyEdits } from "../skill/edit/apply-edits.ts";
import type { SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";
import { readJsonBlob } from "../store/blobs.ts";
import type { Store } from "../store/store.ts";
import type { Subject } from "./ablation/candidates.ts";

type SkillRecord = NonNullable<ArmRecord["skill"]>;

export interface FoundSubject extends Subject {
  /** Folder of the evolution the skill came out of; absent for skills that were not evolved here. */
  readonly evolution?: string;
  /** Why its edits cannot be told apart, where they cannot. */
  readonly note?: string;
}

/**
 * The skill of an arm as it was measured, from the store. With the folder of the evolution it came out of, when one below `evolutions` has a lineage of this very skill; with
 * S0, when the episodes that were learned from (`learned`) tell it and its edits give the skill back. Throws StoreError for damaged files.
 */
export async function findSubject(
  store: Pick<Store, "blobs" | "units">,
  skill: SkillRecord,
  places: { readonly evolutions: string; readonly learned: readonly LedgerEpisode[] },
): Promise<FoundSubject> {
  const files = await skillFiles(store, skill);
  const found = await findLineage(places.evolutions, skill.hash);
  if (found === null) return { files, note: "no evolution of these results gave this skill, so only its sections can be left out" };
  const { lineage, dir } = found;
  const start = await findSkill(store, lineage.start, places.learned);
  if (start === null)
    return { files, lineage, evolution: dir, note: "its start skill is no longer in the store, so only its sections can be left out" };
  const again = applyEdits(start, lineage.edits);
  if (again.ok && skillHash(again.files) === skill.hash) return { files, start, lineage, evolution: dir };
  const note = "its edits do not all stand in the start skill (edited step by step, or repaired), so only its sections can be left out";
  return { files, lineage, evolution: dir, note };
}

/** The files of a skill as an arm record names them. */
export async function skillFiles({ blobs }: Pick<Store, "blobs">, skill: SkillRecord): Promise<readonly SkillFile[]> {
  return Promise.all(
    skill.files.map(async ({ path, blob, mode }) => ({ path, bytes: new Uint8Array(await blobs.get(blob)), mode: mode ?? 0o644 })),
  );
}

async function findLineage(evolutions: string, hash: string): Promise<{ lineage: Lineage; dir: string } | null> {
  for (const arm of await foldersOf(evolutions))
    for (const seed of await foldersOf(join(evolutions, arm))) {
      const dir = join(evolutions, arm, seed);
      const lineage = await readLineage(dir);
      if (lineage?.skill === hash) return { lineage, dir };
    }
  return null;
}

/** `lineage.json` of an evolution's folder; null when there is none. Throws StoreError when it is not as it was written. */
export async function readLineage(dir: string): Promise<Lineage | null> {
  const path = join(dir, "lineage.json");
  const text = await readFile(path, "utf8").catch(orNothing);
  if (text === null) return null;
  try {
    return lineageSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreError(`${path} is damaged; run the experiment's config again to have it written anew, nothing measured is lost`, {
      cause,
    });
  }
}

/** Names of the folders in a folder, in order; none when it is not there. */
export async function foldersOf(dir: string): Promise<string[]> {
  const entries = (await readdir(dir, { withFileTypes: true }).catch(orNothing)) ?? [];
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

function orNothing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}

/** The skill with this hash, out of the arm records of some episodes; null when none of them had it. */
export async function findSkill(
  store: Pick<Store, "blobs" | "units">,
  hash: string,
  episodes: readonly LedgerEpisode[],
): Promise<readonly SkillFile[] | null> {
  const seen = new Set<string>();
  for (const { key } of episodes) {
    const unit = await store.units.get(key);
    if (unit === undefined || typeof unit.spec.arm !== "string" || seen.has(unit.spec.arm)) continue;
    seen.add(unit.spec.arm);
    const record = armRecordSchema.parse(await readJsonBlob(store.blobs, unit.spec.arm));
    if (record.skill?.hash === hash) return await skillFiles(store, record.skill);
  }
  return null;
}
