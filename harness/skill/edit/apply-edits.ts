import type { Lineage, TracedEdit } from "../../core/evolution.ts";
import type { Hash } from "../../core/json.ts";
import { decodeUtf8 } from "../front-matter.ts";
import type { SkillFile } from "../read-directory.ts";
import type { Skill } from "../read-skill.ts";
import { type ComposedLine, composeText, joinLines, type Placed } from "./compose-text.ts";
import { findConflicts } from "./find-conflicts.ts";
import { checkOutcome } from "./keeps-structure.ts";
import type { Outline } from "./outline.ts";
import { unpaired } from "./pair-edits.ts";
import { compareIds, type EditRules, type Withheld } from "./place.ts";
import { outlineOfFile, resolveEdit } from "./resolve-edit.ts";
import { splitLines } from "./text-lines.ts";

/** `files` sorted by path; `spans` for every text file of the result. `problems` name every edit that stands in the way; then nothing is applied. */
export type Applied =
  | { readonly ok: true; readonly files: readonly SkillFile[]; readonly spans: Lineage["files"] }
  | { readonly ok: false; readonly problems: readonly Withheld[] };

/**
 * All edits or none, and the same result whatever their order. They have to resolve, to be free of conflicts (`resolveBySupport`) and complete in their pairs
 * (`unpaired`). Lines of S0 that no edit touches come out byte for byte; files without edits are the very same objects.
 */
export function applyEdits(start: readonly SkillFile[], edits: readonly TracedEdit[], rules?: EditRules): Applied {
  const problems = problemsOf(start, edits, rules);
  if (problems.length > 0) return { ok: false, problems };

  const changes = new Map<string, Placed[]>();
  for (const edit of edits) {
    const resolution = resolveEdit(start, edit.edit, rules);
    if (!resolution.ok) continue;
    const placed = { id: edit.id, support: edit.tasks.length, place: resolution.place };
    changes.set(placed.place.file, [...(changes.get(placed.place.file) ?? []), placed]);
  }
  const files: SkillFile[] = [];
  const spans: { path: string; spans: Span[] }[] = [];
  const broken: Withheld[] = [];
  for (const file of start) {
    const placed = changes.get(file.path);
    const outline = placed === undefined ? null : outlineOfFile(file);
    if (placed?.some((one) => one.place.kind === "delete-file") === true) continue;
    if (placed === undefined || outline === null) {
      files.push(file);
      const lines = lineCount(file);
      if (lines !== null) spans.push({ path: file.path, spans: lines === 0 ? [] : [{ from: 1, to: lines, edit: null }] });
      continue;
    }
    const lines = composeText(outline, placed);
    const problem = checkOutcome(file.path, outline, lines).problem;
    if (problem !== null) broken.push(...culprits(file.path, outline, placed, problem));
    files.push({ ...file, bytes: new TextEncoder().encode(joinLines(lines)) });
    spans.push({ path: file.path, spans: spansOf(lines) });
  }
  if (broken.length > 0) return { ok: false, problems: broken };
  for (const [path, placed] of changes)
    for (const { id, place } of placed.filter((one) => one.place.kind === "create")) {
      files.push({ path, bytes: new TextEncoder().encode(`${place.text}\n`), mode: 0o644 });
      spans.push({ path, spans: [{ from: 1, to: place.text.split("\n").length, edit: id }] });
    }
  return { ok: true, files: files.toSorted(byPath), spans: spans.toSorted(byPath) };
}

/** `applyEdits` for a set made against a certain skill. Any other skill, the result of applying the set included, is refused: a problem for every edit. */
export function applyPatch(
  patch: { readonly startHash: Hash; readonly edits: readonly TracedEdit[] },
  skill: Pick<Skill, "files" | "hash">,
  rules?: EditRules,
): Applied {
  if (patch.startHash === skill.hash) return applyEdits(skill.files, patch.edits, rules);
  const note = `The edits were made for the skill with hash ${patch.startHash.slice(0, 12)}; this one has ${skill.hash.slice(0, 12)}.`;
  return { ok: false, problems: patch.edits.map((edit) => ({ edit: edit.id, reason: "invalid", note })) };
}

function problemsOf(start: readonly SkillFile[], edits: readonly TracedEdit[], rules?: EditRules): Withheld[] {
  const problems: Withheld[] = [];
  const seen = new Set<string>();
  for (const edit of edits) {
    if (seen.has(edit.id)) problems.push({ edit: edit.id, reason: "invalid", note: `The id ${edit.id} is given to two edits.` });
    seen.add(edit.id);
    const resolution = resolveEdit(start, edit.edit, rules);
    if (!resolution.ok) problems.push({ edit: edit.id, reason: resolution.reason, note: resolution.note });
  }
  if (problems.length === 0)
    for (const { a, b, reason, note } of findConflicts(start, edits, rules)) problems.push({ edit: b, reason, note, inFavourOf: a });
  if (problems.length === 0 && rules?.pairs !== "any") problems.push(...unpaired(start, edits, rules));
  return problems.sort((a, b) => compareIds(a.edit, b.edit));
}

/** Edits that only together spoil a file: those which, taken up one after another by support, bring the problem. */
function culprits(file: string, outline: Outline, placed: readonly Placed[], problem: string): Withheld[] {
  const kept: Placed[] = [];
  const found: Withheld[] = [];
  for (const one of placed.toSorted((a, b) => b.support - a.support || compareIds(a.id, b.id))) {
    const own = checkOutcome(file, outline, composeText(outline, [...kept, one])).problem;
    if (own === null) kept.push(one);
    else found.push({ edit: one.id, reason: "broke-validation", note: own });
  }
  return found.length > 0 ? found : placed.map(({ id }) => ({ edit: id, reason: "broke-validation", note: problem }));
}

type Span = Lineage["files"][number]["spans"][number];

function spansOf(lines: readonly ComposedLine[]): Span[] {
  const spans: Span[] = [];
  for (const [i, { edit }] of lines.entries()) {
    const last = spans.at(-1);
    if (last !== undefined && last.edit === edit) last.to = i + 1;
    else spans.push({ from: i + 1, to: i + 1, edit });
  }
  return spans;
}

/** Lines of a text file as `splitLines` has them; null for what is no text. */
export function lineCount(file: SkillFile): number | null {
  const decoded = decodeUtf8(file.bytes);
  return "text" in decoded && !decoded.text.includes("\0") ? splitLines(decoded.text).length : null;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
