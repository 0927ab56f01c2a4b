import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import {
  analysesLineSchema,
  coverageSchema,
  type Departure,
  type Lineage,
  lineageSchema,
  type MergeTree,
  mergeTreeSchema,
  type SkillPatch,
  skillPatchSchema,
  type TracedEdit,
} from "../../core/evolution.ts";
import { readSkillDirectory } from "../../skill/read-directory.ts";
import { type EvolutionFolder, entriesOf } from "../../store/evolution-folders.ts";
import { keyDigits } from "../site-data.ts";
import { markdownRows } from "./markdown-rows.ts";
import { readEffects, readLeaks, readUse } from "./read-findings.ts";
import { jsonOf, readRecord } from "./read-record.ts";
import type { MergeData, MergeEdit, SkillData, SkillFileData, SkillPatchData } from "./skill-data.ts";

/** Longest text of a file that is shown. */
const mostChars = 400_000;

/** What is left of an evolution, for both pages; `merge` undefined where nothing was merged. A damaged record is a problem, and the rest is shown. */
export async function readEvolution(
  { arm, seed, dir }: EvolutionFolder,
  experimentDir: string,
): Promise<{ readonly skill: SkillData; readonly merge?: MergeData }> {
  const problems: string[] = [];
  const read = <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> => readRecord(join(dir, name), name, schema, problems);
  const lineage = await read("lineage.json", lineageSchema);
  const coverage = await read("coverage.json", coverageSchema);
  const tree = await read("merge-tree.json", mergeTreeSchema);
  const patches: SkillPatch[] = [];
  for (const name of (await entriesOf(join(dir, "patches"))).filter((one) => one.endsWith(".json"))) {
    const patch = await read(`patches/${name}`, skillPatchSchema);
    if (patch !== undefined) patches.push(patch);
  }
  const found = { arm, seed, hash: lineage?.skill };
  const files = await readFiles(join(dir, "skill"), lineage, problems);
  const skill: SkillData = {
    files,
    edits: (lineage?.edits ?? []).map(({ id, edit, tasks, patches: own, nodes }) => ({ id, ...placeOf(edit), tasks, patches: own, nodes })),
    patches: (lineage?.patches ?? []).map((one) => patchData(one, patches)),
    diff: (await readFile(join(dir, "diff.patch"), "utf8").catch(() => "")).slice(0, mostChars),
    effects: await readEffects(experimentDir, found, problems),
    use: await readUse(experimentDir, found, problems),
    findings: await readLeaks(experimentDir, found, problems),
    problems,
  };
  const lessons = await lessonsByEpisode(dir);
  const patched = skill.patches.map((one, i) => {
    const key = lineage?.patches[i]?.episode ?? "";
    return one.lessons.length > 0 ? one : { ...one, lessons: lessons.get(key) ?? [] };
  });
  const after = (coverage?.departures ?? []).filter(({ stage }) => stage !== "patch" && stage !== "merge");
  return { skill: { ...skill, patches: patched }, ...(tree === undefined ? {} : { merge: mergeData(tree, patches, after, lineage) }) };
}

const placeOf = (edit: TracedEdit["edit"]) => ({
  op: edit.op,
  file: edit.file,
  section: "target_section" in edit ? (edit.target_section ?? null) : null,
});
const keyOf = (episode: string): string | null => (/^[0-9a-f]{64}$/.test(episode) ? episode.slice(0, keyDigits) : null);

function patchData({ id, task, source, episode }: Lineage["patches"][number], patches: readonly SkillPatch[]): SkillPatchData {
  const lessons = patches.find((one) => one.id === id)?.lessons ?? [];
  return {
    id,
    task,
    source,
    episode: keyOf(episode),
    lessons: lessons.map(({ title, description, content }) => ({ title, description, content })),
  };
}

/** Sequential editing leaves no patches; what its analysts said stands by episode. */
async function lessonsByEpisode(dir: string): Promise<Map<string, SkillPatchData["lessons"]>> {
  const text = await readFile(join(dir, "analyses.jsonl"), "utf8").catch(() => "");
  const found = new Map<string, SkillPatchData["lessons"]>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const read = analysesLineSchema.safeParse(jsonOf(line));
    if (read.success)
      found.set(
        read.data.episode,
        read.data.lessons.map(({ title, description, content }) => ({ title, description, content })),
      );
  }
  return found;
}

async function readFiles(dir: string, lineage: Lineage | undefined, problems: string[]): Promise<SkillFileData[]> {
  const { files, problems: refused } = await readSkillDirectory(dir).catch((error: unknown) => {
    problems.push(error instanceof Error ? error.message : String(error));
    return { files: [], problems: [] };
  });
  for (const { file, message } of refused) problems.push(`${file}: ${message}`);
  return files.map(({ path, bytes }) => {
    const whole = Buffer.from(bytes).toString("utf8");
    const text = whole.slice(0, mostChars);
    if (text.length < whole.length) problems.push(`${path} is cut after ${mostChars} characters`);
    const spans = lineage?.files.find((file) => file.path === path)?.spans ?? [];
    return { path, text, spans: spans.map((span) => ({ ...span })), rows: path.endsWith(".md") ? markdownRows(text) : null };
  });
}

function mergeData(tree: MergeTree, patches: readonly SkillPatch[], after: readonly Departure[], lineage: Lineage | undefined): MergeData {
  const counts = new Map<string, number>([
    ...patches.map((one) => [one.id, one.edits.length] as const),
    ...tree.nodes.map((one) => [one.id, one.edits.length] as const),
  ]);
  return {
    batchSize: tree.batchSize,
    levels: tree.levels,
    calls: tree.calls,
    patches: patches.map(({ id, task, source, episode, edits, departures }) => ({
      id,
      task,
      source,
      episode: keyOf(episode),
      edits: edits.map(mergeEdit),
      departures,
    })),
    nodes: tree.nodes.map(({ id, level, inputs, state, reasoning, edits, departures }) => ({
      id,
      level,
      inputs,
      state,
      reasoning,
      editsIn: inputs.reduce((sum, input) => sum + (counts.get(input) ?? 0), 0),
      edits: edits.map(mergeEdit),
      departures,
    })),
    after,
    applied: (lineage?.edits ?? []).map(mergeEdit),
  };
}

function mergeEdit({ id, edit, tasks }: TracedEdit): MergeEdit {
  return { id, ...placeOf(edit), support: tasks.length, content: "content" in edit ? edit.content : "" };
}
