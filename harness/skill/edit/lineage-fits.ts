import type { Lineage } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import { lineCount } from "./apply-edits.ts";

/**
 * What is wrong with a lineage as a description of these files, as the clause of a sentence; null when it can be believed: every line of every text file has exactly one
 * origin, and every edit and patch that is named is described, once. Whether it is this skill's at all, its hash says.
 */
export function lineageProblem(lineage: Lineage, files: readonly SkillFile[]): string | null {
  const twin =
    twice(lineage.files, ({ path }) => path, "file") ??
    twice(lineage.edits, ({ id }) => id, "edit") ??
    twice(lineage.patches, ({ id }) => id, "patch");
  if (twin !== null) return twin;
  const [edits, patches] = [new Set(lineage.edits.map(({ id }) => id)), new Set(lineage.patches.map(({ id }) => id))];
  for (const edit of lineage.edits) {
    const unknown = edit.patches.find((id) => !patches.has(id));
    if (unknown !== undefined) return `its edit ${edit.id} comes from the patch ${unknown}, which it does not describe`;
  }
  const counts = new Map(files.map((file) => [file.path, lineCount(file)]));
  for (const { path, spans } of lineage.files) {
    const count = counts.get(path);
    if (count === undefined) return `it describes ${path}, which the skill does not have`;
    if (count === null) return `it describes lines of ${path}, which is no text`;
    const problem = spansProblem(spans, count, edits);
    if (problem !== null) return `of ${path} ${problem}`;
  }
  const described = new Set(lineage.files.map(({ path }) => path));
  for (const [path, count] of counts) if (count !== null && !described.has(path)) return `it says nothing of ${path}`;
  return null;
}

function spansProblem(spans: Lineage["files"][number]["spans"], count: number, edits: ReadonlySet<string>): string | null {
  let next = 1;
  for (const { from, to, edit } of spans) {
    if (from !== next) return `it goes on with line ${from} where line ${next} was expected`;
    if (to < from) return `its lines from ${from} end at ${to}`;
    if (edit !== null && !edits.has(edit)) return `it says that line ${from} comes from the edit ${edit}, which it does not describe`;
    next = to + 1;
  }
  return next === count + 1 ? null : `it describes ${next - 1} lines, but there are ${count}`;
}

function twice<T>(all: readonly T[], nameOf: (one: T) => string, kind: string): string | null {
  const seen = new Set<string>();
  for (const one of all) {
    const name = nameOf(one);
    if (seen.has(name)) return `it describes the ${kind} ${name} twice`;
    seen.add(name);
  }
  return null;
}
