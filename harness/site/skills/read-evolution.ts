import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Departure, Lesson, Lineage, MergeTree, SkillPatch, TracedEdit } from "../../core/evolution.ts";
import { readSkillDirectory } from "../../skill/read-directory.ts";
import type { EvolutionFolder } from "../../store/evolution-folders.ts";
import { readAnalyses, readEvolutionRecords } from "../../store/evolution-records.ts";
import { keyDigits } from "../site-data.ts";
import { markdownRows } from "./markdown-rows.ts";
import { readEffects, readLeaks, readUse } from "./read-findings.ts";
import type { MergeData, MergeEdit, SkillData, SkillFileData, SkillPatchData } from "./skill-data.ts";

/** Longest text of a file that is shown. */
const mostChars = 400_000;

/** What is left of an evolution, for both pages; `merge` undefined where nothing was merged. A damaged record is a problem, and the rest is shown. */
export async function readEvolution(
  { arm, seed, dir }: EvolutionFolder,
  experimentDir: string,
): Promise<{ readonly skill: SkillData; readonly merge?: MergeData }> {
  const problems: string[] = [];
  const damaged = (what: string): void => {
    problems.push(what);
  };
  const { lineage, coverage, tree, patches } = await readEvolutionRecords(dir, damaged);
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
  // Sequential editing leaves no patches; what its analysts said stands by episode.
  const lessons = new Map((await readAnalyses(dir, damaged)).map((one) => [one.episode, one.lessons.map(shownLesson)]));
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
    lessons: lessons.map(shownLesson),
  };
}

const shownLesson = ({ title, description, content }: Lesson): SkillPatchData["lessons"][number] => ({ title, description, content });

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
