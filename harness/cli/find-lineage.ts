import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { type Coverage, coverageSchema, type Lineage, lineageSchema } from "../core/evolution.ts";
import { type Origin, originSchema } from "../core/origin.ts";
import { readSkillDirectory, type SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";

/** What `t2s skill explain` is asked about. `file` is absent when the whole skill is meant, `line` when all lines are. */
export interface Asked {
  readonly dir: string;
  readonly file?: string;
  readonly line?: number;
}

/** A skill with the records of where it comes from. Coverage may be missing: then lessons are not known by title. */
export interface EvolvedSkill {
  readonly files: readonly SkillFile[];
  readonly lineage: Lineage;
  readonly coverage: Coverage | null;
  /** Which log an episode is, where the skill was evolved from logs that somebody brought along. */
  readonly logOf: (episode: string) => string | null;
}

/** The skill's own folder for a folder that is a skill or, as evolutions are kept, holds one as `skill/`. Unchanged when neither fits: readers say what is wrong. */
export async function skillFolder(dir: string): Promise<string> {
  if (await isFile(join(dir, "SKILL.md"))) return dir;
  return (await isFile(join(dir, "skill/SKILL.md"))) ? join(dir, "skill") : dir;
}

/**
 * Takes `DIR`, `DIR:LINE` (a line of SKILL.md), `DIR/references/x.md` or `DIR/references/x.md:LINE` apart. Throws UsageError for paths that are not there and files that
 * are in no skill.
 */
export async function readAsked(place: string, cwd: string): Promise<Asked> {
  const whole = resolve(cwd, place);
  if (await isThere(whole)) return locate(whole);
  const [, path, line] = /^(.+):(\d+)$/.exec(place) ?? [];
  if (path === undefined || !(await isThere(resolve(cwd, path))))
    throw new UsageError(
      `${place} does not exist; expected a skill's folder or one of its files, with :LINE behind it if one line is meant.`,
    );
  const found = await locate(resolve(cwd, path));
  return { file: "SKILL.md", ...found, line: Number(line) };
}

async function locate(path: string): Promise<Asked> {
  if (!(await isFile(path))) return { dir: await skillFolder(path) };
  for (let dir = dirname(path); dir !== dirname(dir); dir = dirname(dir))
    if (await isFile(join(dir, "SKILL.md"))) return { dir, file: relative(dir, path).split(sep).join("/") };
  throw new UsageError(`${path} is in no skill; expected a file below a folder with a SKILL.md.`);
}

/** Reads `lineage.json` and `coverage.json` beside the skill. Throws UsageError when there is no lineage, when it cannot be read, or when it is of another skill. */
export async function readEvolvedSkill(dir: string): Promise<EvolvedSkill> {
  const { files, problems } = await readSkillDirectory(dir);
  if (!files.some((file) => file.path === "SKILL.md"))
    throw new UsageError(`${dir} has no SKILL.md; expected a skill's folder, or the folder of an evolution.`);
  const beside = dirname(dir);
  const lineage = await readRecord(join(beside, "lineage.json"), lineageSchema);
  if (lineage === null)
    throw new UsageError(
      `There is no lineage.json beside ${basename(dir)} in ${beside}; only skills evolved by t2s have one (results/<experiment>/evolutions/<name>/s<seed>/skill).`,
    );
  const hash = skillHash(files);
  if (problems[0] !== undefined || hash !== lineage.skill)
    throw new UsageError(
      `${join(beside, "lineage.json")} belongs to the skill with hash ${lineage.skill.slice(0, 12)}, but ${dir} has ${hash.slice(0, 12)}: it was changed after it was evolved; explain the original instead.`,
    );
  const origin = await readRecord(join(beside, "origin.json"), originSchema);
  return { files, lineage, coverage: await readRecord(join(beside, "coverage.json"), coverageSchema), logOf: logsBy(origin) };
}

/** A log by the episode it holds; the first of several that hold the same run. */
function logsBy(origin: Origin | null): EvolvedSkill["logOf"] {
  const logs = new Map<string, string>();
  for (const { file, runs } of origin?.logs ?? [])
    for (const { episode, place } of runs) if (!logs.has(episode)) logs.set(episode, place === undefined ? file : `${file}, ${place}`);
  return (episode) => logs.get(episode) ?? null;
}

/** Null when the file is not there. */
async function readRecord<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  if (!(await isFile(file))) return null;
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new UsageError(`${file} is not readable JSON; run the evolution again to have it written anew.`, { cause });
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(
    `${file} is not as t2s writes it (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}); it may come from another version.`,
    {
      cause: parsed.error,
    },
  );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return false;
    throw cause;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await isThere(path)) && (await stat(path)).isFile();
}
