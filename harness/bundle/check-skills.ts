import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { type Lineage, lineageSchema, type SkillPatch, skillPatchSchema } from "../core/evolution.ts";
import { hashJson } from "../core/json.ts";
import type { LedgerEvolution, LedgerRow } from "../core/ledger-rows.ts";
import { type ArmRecord, armRecordSchema } from "../evaluate/arm.ts";
import type { LockFile } from "../experiment/lock-file.ts";
import { applyEdits } from "../skill/edit/apply-edits.ts";
import { lineageProblem } from "../skill/edit/lineage-fits.ts";
import { readSkillDirectory, type SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";
import { blobPath } from "./bundle-record.ts";
import type { UnitsByKey } from "./check-ledger.ts";
import { type Checked, type Finding, shown } from "./finding.ts";

type Say = (text: string) => void;

interface Skills {
  readonly folder: string;
  readonly rows: readonly LedgerRow[];
  readonly units: UnitsByKey;
  readonly lock: LockFile;
  /** Files of the bundle. */
  readonly names: readonly string[];
}

/**
 * Every skill of a bundle: those of arms against the arms' keys, evolved ones against ledger and lineage, their edits applied to the start skill again and compared line by
 * line, and each edit followed to the patches, analyses and episodes it comes from.
 */
export async function checkSkills(bundle: Skills): Promise<Checked> {
  const findings: Finding[] = [];
  const say: Say = (text) => void findings.push({ check: "skills", text });
  const notes: string[] = [];
  const arms = await readArms(bundle, say);
  let lines = 0;
  let edits = 0;
  const evolutions = bundle.rows.filter((row): row is LedgerEvolution => row.type === "evolution");
  for (const row of evolutions) {
    if (!["evolved", "sequential", "one-shot"].includes(row.kind)) continue;
    const place = `evolutions/${row.arm}/s${row.seed}`;
    const skill = await readSkillFiles(join(bundle.folder, place, "skill"));
    if (typeof skill === "string") {
      say(`${place}/skill cannot be read: ${skill}`);
      continue;
    }
    const hash = skillHash(skill);
    const fits = hash === row.result;
    const lineage = await readRecord(join(bundle.folder, place, "lineage.json"), lineageSchema);
    const problemsBefore = findings.length;
    if (lineage === undefined) {
      if (row.state === "evolved" && row.kind !== "one-shot")
        say(`${place}/lineage.json is missing or damaged, so no line of the skill can be followed to its evidence`);
      else notes.push(`${place}: no lineage (${row.kind}, ${row.state}); the skill is held to its hash`);
    } else {
      if (lineage.skill !== row.result)
        say(`${place}/lineage.json is of the skill ${lineage.skill.slice(0, 12)}, the ledger's row says ${row.result.slice(0, 12)}`);
      if (row.start !== null && lineage.start !== row.start)
        say(`${place}/lineage.json starts from ${lineage.start.slice(0, 12)}, the ledger's row says ${row.start.slice(0, 12)}`);
      const start = arms.find((arm) => arm.hash === lineage.start);
      if (row.kind === "sequential")
        notes.push(`${place}: edited step by step; its lines are held to hash and lineage, the steps are not applied again`);
      else if (start === undefined)
        notes.push(
          `${place}: the start skill ${lineage.start.slice(0, 12)} is in no arm of the bundle, so the edits are not applied again`,
        );
      else edits += reapply(place, start.files, skill, lineage, say);
      lines += lineage.files.reduce((sum, file) => sum + (file.spans.at(-1)?.to ?? 0), 0);
      const problem = lineageProblem(lineage, skill);
      if (problem !== null && findings.length === problemsBefore) say(`${place}/lineage.json does not fit the skill: ${problem}`);
      if (row.kind === "evolved") await followEdits(bundle, place, row, lineage, say);
    }
    if (!fits) say(`${place}/skill has hash ${hash.slice(0, 12)}, the ledger's row of this evolution says ${row.result.slice(0, 12)}`);
  }
  const looked = `${arms.length} skills of arms and ${evolutions.length} evolutions: hashes, ${lines} lines, ${edits} edits applied again`;
  return { check: "skills", looked, findings, notes };
}

interface ArmSkill {
  readonly hash: string;
  readonly files: readonly SkillFile[];
}

/** Skills of all arms that were rolled out, each once, from the records their units name. */
async function readArms({ folder, units, lock }: Skills, say: Say): Promise<ArmSkill[]> {
  const records = new Map<string, ArmRecord>();
  for (const arm of lock.card.arms) {
    if (arm.record === undefined) continue;
    const key = hashJson(arm.record);
    if (key !== arm.key)
      say(`lock.json: the record of arm ${arm.name} with ${arm.solver} has hash ${key.slice(0, 12)}, its key is ${shown(arm.key)}`);
    if ((arm.record.skill?.hash ?? undefined) !== arm.skill)
      say(
        `lock.json: arm ${arm.name} with ${arm.solver} is said to have skill ${shown(arm.skill)}, its record has ${shown(arm.record.skill?.hash)}`,
      );
    records.set(key, arm.record);
  }
  for (const { spec } of units.values()) {
    if (spec.kind !== "rollout" || typeof spec.arm !== "string" || records.has(spec.arm)) continue;
    const record = await readRecord(join(folder, blobPath(spec.arm)), armRecordSchema);
    if (record !== undefined) records.set(spec.arm, record);
  }
  const skills = new Map<string, ArmSkill>();
  for (const { skill } of records.values()) {
    if (skill === null || skills.has(skill.hash)) continue;
    const files: SkillFile[] = [];
    for (const { path, blob, mode } of skill.files) {
      const bytes = await readFile(join(folder, blobPath(blob))).catch(() => undefined);
      if (bytes === undefined) say(`${blobPath(blob)} is missing: it is ${path} of the skill ${skill.name}`);
      else files.push({ path, bytes, mode: mode ?? 0o644 });
    }
    if (files.length === skill.files.length && skillHash(files) !== skill.hash)
      say(`the files of the skill ${skill.name} have hash ${skillHash(files).slice(0, 12)}, its arms say ${skill.hash.slice(0, 12)}`);
    skills.set(skill.hash, { hash: skill.hash, files });
  }
  return [...skills.values()];
}

/** Applies the edits of the lineage to the start skill again. Gives how many. */
function reapply(place: string, start: readonly SkillFile[], skill: readonly SkillFile[], lineage: Lineage, say: Say): number {
  const applied = applyEdits(start, lineage.edits);
  if (!applied.ok) {
    for (const { edit, note } of applied.problems)
      say(`${place}/lineage.json: edit ${edit} cannot be applied to the start skill again: ${note}`);
    return 0;
  }
  const there = new Map(skill.map((file) => [file.path, file]));
  for (const made of applied.files) {
    const file = there.get(made.path);
    there.delete(made.path);
    if (file === undefined) say(`${place}/skill/${made.path} is missing: applying the edits again gives it`);
    else if (Buffer.compare(file.bytes, made.bytes) !== 0)
      compareText(
        `${place}/skill/${made.path}`,
        file.bytes,
        made.bytes,
        applied.spans.find(({ path }) => path === made.path)?.spans ?? [],
        lineage,
        say,
      );
    else if (file.mode !== made.mode)
      say(`${place}/skill/${made.path} is ${file.mode === 0o755 ? "" : "not "}executable, applying the edits again gives the opposite`);
  }
  for (const path of there.keys()) say(`${place}/skill/${path} was added: applying the edits again does not give it`);
  for (const { path, spans } of applied.spans) {
    const said = lineage.files.find((file) => file.path === path)?.spans;
    if (JSON.stringify(said) !== JSON.stringify(spans)) {
      const at = spans.findIndex((span, i) => JSON.stringify(span) !== JSON.stringify(said?.[i]));
      say(`${place}/lineage.json says of ${path} ${shown(said?.[at])}, applying the edits again gives ${shown(spans[at])}`);
    }
  }
  return lineage.edits.length;
}

function compareText(
  path: string,
  there: Uint8Array,
  made: Uint8Array,
  spans: Lineage["files"][number]["spans"],
  lineage: Lineage,
  say: Say,
): void {
  const [a, b] = [there, made].map((bytes) => Buffer.from(bytes).toString("utf8").split("\n"));
  if (a === undefined || b === undefined) return;
  let told = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    told += 1;
    if (told > 5) {
      say(`${path} differs in further lines`);
      return;
    }
    const edit = lineage.edits.find(({ id }) => id === spans.find(({ from, to }) => from <= i + 1 && i + 1 <= to)?.edit);
    const from = edit === undefined ? "the start skill" : `edit ${edit.id}, support ${edit.tasks.length}`;
    say(`${path} line ${i + 1} is ${shown(a[i])}, applying the edits to the start skill again gives ${shown(b[i])} (${from})`);
  }
}

/** Edits → leaves → patches → analyses → episodes: each link has to be there and to say the same. */
async function followEdits(
  { folder, rows, names }: Skills,
  place: string,
  row: LedgerEvolution,
  lineage: Lineage,
  say: Say,
): Promise<void> {
  const patches = new Map<string, SkillPatch>();
  for (const name of names.filter((one) => one.startsWith(`${place}/patches/`))) {
    const patch = await readRecord(join(folder, name), skillPatchSchema);
    if (patch === undefined) say(`${name} is damaged`);
    else patches.set(patch.id, patch);
  }
  const leaves = new Map([...patches.values()].flatMap((patch) => patch.edits.map((edit) => [edit.id, { patch, edit }] as const)));
  for (const edit of lineage.edits) {
    const behind = edit.leaves.map((leaf) => leaves.get(leaf));
    const lost = edit.leaves.find((_, i) => behind[i] === undefined);
    if (lost !== undefined) say(`${place}/lineage.json: edit ${edit.id} comes from ${lost}, which no patch of the bundle holds`);
    const tasks = [...new Set(behind.flatMap((one) => (one === undefined ? [] : one.edit.tasks)))].sort();
    if (lost === undefined && JSON.stringify(tasks) !== JSON.stringify([...edit.tasks].sort()))
      say(`${place}/lineage.json: edit ${edit.id} is said to rest on tasks ${edit.tasks.join(", ")}, its patches on ${tasks.join(", ")}`);
  }
  const episodes = new Set(rows.flatMap((one) => (one.type === "episode" ? [one.key] : [])));
  const analyses = rows.flatMap((one) => (one.type === "analysis" && one.arm === row.arm && one.seed === row.seed ? [one] : []));
  for (const one of lineage.patches) {
    const patch = patches.get(one.id);
    if (patch === undefined) continue;
    if (patch.episode !== one.episode || patch.task !== one.task)
      say(`${place}/lineage.json: patch ${one.id} is of another episode or task than patches/${one.id}.json says`);
    if (patch.analysis === "imported") continue;
    if (!episodes.has(patch.episode))
      say(`${place}/patches/${one.id}.json: its episode ${patch.episode.slice(0, 12)} is in no row of ledger.jsonl`);
    if (!analyses.some(({ key, task }) => key === patch.analysis && task === patch.task))
      say(
        `${place}/patches/${one.id}.json: its analysis ${patch.analysis.slice(0, 12)} of task ${patch.task} is in no row of ledger.jsonl`,
      );
  }
}

/** Undefined when the file is missing or is not what it should be; the manifest says which. */
async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function readSkillFiles(dir: string): Promise<readonly SkillFile[] | string> {
  try {
    const { files, problems } = await readSkillDirectory(dir);
    return problems[0] === undefined ? files : `${problems[0].file}: ${problems[0].message}`;
  } catch (error) {
    return messageOf(error);
  }
}
