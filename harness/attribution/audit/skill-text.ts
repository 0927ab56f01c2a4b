/** The lines of what was evolved: a skill, its learned lines apart from those of its start skill, or the lessons of a bank. */
import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { splitLines } from "../../skill/edit/text-lines.ts";
import { decodeUtf8 } from "../../skill/front-matter.ts";
import { readSkillDirectory } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { foldersOf, readLineage } from "../subject.ts";

export interface SkillLine {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
  /** Edit it comes from, or the bank's entry it stands in; null for a line of the start skill. Absent where nobody knows: the whole skill was written at once. */
  readonly edit?: string | null;
}

export interface EvolvedText {
  readonly arm: string;
  /** Folder name of the evolution seed: `s41`. */
  readonly seed: string;
  readonly dir: string;
  /** Of the skill or the bank. */
  readonly hash: string;
  readonly lines: readonly SkillLine[];
  /** Tasks behind an edit or an entry. */
  readonly tasksOf: ReadonlyMap<string, readonly string[]>;
}

/** Every skill below a folder of evolutions (`<arm>/s<seed>/skill`). Throws StoreError for one that is not as it was written. */
export async function readEvolvedTexts(evolutions: string): Promise<readonly EvolvedText[]> {
  const found: EvolvedText[] = [];
  for (const arm of await foldersOf(evolutions))
    for (const seed of await foldersOf(join(evolutions, arm))) {
      const dir = join(evolutions, arm, seed);
      if ((await foldersOf(dir)).includes("skill")) found.push(await readOne(arm, seed, dir));
    }
  return found;
}

async function readOne(arm: string, seed: string, dir: string): Promise<EvolvedText> {
  const { files } = await readSkillDirectory(join(dir, "skill"));
  const hash = skillHash(files);
  const lineage = await readLineage(dir);
  if (lineage !== null && lineage.skill !== hash)
    throw new StoreError(
      `${join(dir, "skill")} was changed after it was evolved (lineage.json describes another skill); run the experiment's config again to have it written anew`,
    );
  const lines = files.flatMap((file): SkillLine[] => {
    const decoded = decodeUtf8(file.bytes);
    if (!("text" in decoded) || decoded.text.includes("\0")) return [];
    const spans = lineage?.files.find(({ path }) => path === file.path)?.spans;
    return splitLines(decoded.text).map(({ text }, i) => {
      const span = spans?.find(({ from, to }) => from <= i + 1 && i + 1 <= to);
      return { file: file.path, line: i + 1, text, ...(span === undefined ? {} : { edit: span.edit }) };
    });
  });
  return { arm, seed, dir, hash, lines, tasksOf: new Map(lineage?.edits.map(({ id, tasks }) => [id, tasks])) };
}
