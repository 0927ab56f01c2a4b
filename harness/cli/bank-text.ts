import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvolvedText, SkillLine } from "../attribution/audit/skill-text.ts";
import { parseBank } from "../evolve/bank/bank.ts";
import { splitLines } from "../skill/edit/text-lines.ts";
import { type EvolutionFolder, evolutionFolders } from "../store/evolution-folders.ts";

/** The lessons of every bank an experiment has built, as what an audit reads: a line is the line of its entry in bank.jsonl. Throws StoreError for a damaged bank. */
export async function readBankTexts(experimentDir: string): Promise<readonly EvolvedText[]> {
  const texts = await Promise.all((await evolutionFolders(experimentDir)).map(readOne));
  return texts.filter((text) => text !== null);
}

async function readOne({ arm, seed, dir }: EvolutionFolder): Promise<EvolvedText | null> {
  const [texts, vectors] = [await readText(join(dir, "bank.jsonl")), await readText(join(dir, "bank.vectors.json"))];
  if (texts === null || vectors === null) return null;
  const { entries, hash } = parseBank({ "bank.jsonl": texts, "bank.vectors.json": vectors });
  const lines = entries.flatMap(({ id, lessons }, i) =>
    lessons
      .flatMap(({ title, description, content }) => [title, description, ...splitLines(content).map(({ text }) => text)])
      .map((text): SkillLine => ({ file: "bank.jsonl", line: i + 1, text, edit: id })),
  );
  return { arm, seed: `s${seed}`, dir, hash, lines, tasksOf: new Map(entries.map(({ id, task }) => [id, [task]])) };
}

/** null when there is no such file. */
async function readText(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
