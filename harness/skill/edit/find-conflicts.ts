import type { Departure, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import { isMixed } from "./insertion-point.ts";
import type { Outline } from "./outline.ts";
import { compareIds, type EditRules, type Place, type Range } from "./place.ts";
import { outlineOfFile, resolveEdit } from "./resolve-edit.ts";
import { lineIndexAt } from "./text-lines.ts";

/** Two edits that cannot both be applied; `a` is the one that `resolveBySupport` would keep. */
export interface Conflict {
  readonly a: string;
  readonly b: string;
  readonly reason: Departure["reason"];
  /** One sentence that names both. */
  readonly note: string;
}

interface Candidate {
  readonly edit: TracedEdit;
  readonly place: Place;
  readonly meaning: string;
  readonly lines: { readonly first: number; readonly last: number };
}

/** Greater support first, then the earlier id. */
export function bySupport(a: TracedEdit, b: TracedEdit): number {
  return b.tasks.length - a.tasks.length || compareIds(a.id, b.id);
}

/** All pairs of edits that cannot stand together, in order of `bySupport`. Edits that do not resolve take part in none; neither do two insertions of different texts at one point. */
export function findConflicts(start: readonly SkillFile[], edits: readonly TracedEdit[], rules?: EditRules): Conflict[] {
  const candidates = candidatesOf(start, edits, rules);
  return candidates.flatMap((a, i) =>
    candidates.slice(i + 1).flatMap((b) => {
      const clash = clashOf(a, b);
      return clash === null ? [] : [{ a: a.edit.id, b: b.edit.id, ...clash }];
    }),
  );
}

/**
 * Keeps of every conflict the edit with more support (tie: the earlier id). `kept` in the order given, edits that do not resolve among them; departures have stage
 * `conflict`, and `inFavourOf` names the best supported edit that stood in the way.
 */
export function resolveBySupport(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  rules?: EditRules,
): { readonly kept: readonly TracedEdit[]; readonly departures: readonly Departure[] } {
  const winners: Candidate[] = [];
  const departures: Departure[] = [];
  for (const candidate of candidatesOf(start, edits, rules)) {
    const clash = winners.map((winner) => ({ winner, found: clashOf(winner, candidate) })).find(({ found }) => found !== null);
    if (clash?.found == null) winners.push(candidate);
    else departures.push({ edit: candidate.edit.id, stage: "conflict", ...clash.found, inFavourOf: clash.winner.edit.id });
  }
  const lost = new Set(departures.map((departure) => departure.edit));
  return { kept: edits.filter((edit) => !lost.has(edit.id)), departures };
}

function candidatesOf(start: readonly SkillFile[], edits: readonly TracedEdit[], rules?: EditRules): Candidate[] {
  return edits.toSorted(bySupport).flatMap((edit) => {
    const resolution = resolveEdit(start, edit.edit, rules);
    if (!resolution.ok) return [];
    const { place } = resolution;
    const file = start.find((other) => other.path === place.file);
    const outline = file === undefined ? null : outlineOfFile(file);
    return [{ edit, place, meaning: meaningOf(place.text), lines: linesOf(outline, place) }];
  });
}

/** Positions of the lines a range covers, or of the one that an insertion follows (-1 at the start of the file). */
function linesOf(outline: Outline | null, { from, to }: Range): { readonly first: number; readonly last: number } {
  if (outline === null || (from === 0 && to === 0)) return { first: -1, last: -1 };
  return { first: lineIndexAt(outline.lines, from), last: lineIndexAt(outline.lines, Math.max(from, to - 1)) };
}

type Clash = Pick<Conflict, "reason" | "note">;

/** `a` ranks before `b`. */
function clashOf(a: Candidate, b: Candidate): Clash | null {
  const [ids, file] = [`${a.edit.id} and ${b.edit.id}`, a.place.file];
  // Names that differ in case only are one file on some systems.
  if (file.toLowerCase() !== b.place.file.toLowerCase()) return null;
  if (a.place.kind === "create" && b.place.kind === "create")
    return a.meaning === b.meaning && file === b.place.file
      ? { reason: "duplicate", note: `${ids} create ${file} with the same text.` }
      : { reason: "contradiction", note: `${ids} create ${file} with different texts.` };
  if (a.place.kind === "create" || b.place.kind === "create") return null;
  const deletions = [a, b].filter((one) => one.place.kind === "delete-file").length;
  if (deletions === 2) return { reason: "duplicate", note: `${ids} delete ${file}.` };
  if (deletions === 1) return { reason: "overlap", note: `Of ${ids} one deletes ${file}, the other changes it.` };
  return clashInText(a, b, ids) ?? sharedHeading(a, b, ids);
}

function clashInText(a: Candidate, b: Candidate, ids: string): Clash | null {
  const inserts = [a, b].filter((one) => one.place.kind === "insert").length;
  const where = `in ${a.place.file}`;
  if (inserts === 2) {
    if (a.place.from !== b.place.from) return null;
    if (a.meaning === b.meaning) return { reason: "duplicate", note: `${ids} put the same text into one place ${where}.` };
    return isMixed(a.place.order) && isMixed(b.place.order)
      ? {
          reason: "overlap",
          note: `${ids} both put text and headings into one place ${where}; one text would come under the other's headings.`,
        }
      : null;
  }
  if (inserts === 1) {
    const [inserted, changed] = a.place.kind === "insert" ? [a, b] : [b, a];
    const after = inserted.lines.first;
    if (changed.lines.first <= after && after < changed.lines.last)
      return { reason: "overlap", note: `Of ${ids} one puts text between lines ${where} that the other replaces or deletes.` };
    const { needs } = inserted.place;
    if (changed.place.text === "" && needs !== null && overlap(needs, changed.place))
      return { reason: "overlap", note: `Of ${ids} one deletes what the other is anchored at ${where}.` };
    return null;
  }
  if (a.place.from === b.place.from && a.place.to === b.place.to)
    return a.meaning === b.meaning
      ? { reason: "duplicate", note: `${ids} make the same change ${where}.` }
      : { reason: "contradiction", note: `${ids} replace the same text ${where} by different ones.` };
  if (a.lines.first > b.lines.last || b.lines.first > a.lines.last) return null;
  const [from, to] = [Math.max(a.lines.first, b.lines.first) + 1, Math.min(a.lines.last, b.lines.last) + 1];
  return { reason: "overlap", note: `${ids} both change line${from === to ? ` ${from}` : `s ${from}–${to}`} ${where}.` };
}

function sharedHeading(a: Candidate, b: Candidate, ids: string): Clash | null {
  const shared = a.place.headings.find((key) => b.place.headings.includes(key));
  return shared === undefined
    ? null
    : { reason: "duplicate-heading", note: `${ids} both bring the heading "${shared}" to ${a.place.file}, in different words below it.` };
}

function overlap(a: Range, b: Range): boolean {
  return a.from < b.to && b.from < a.to;
}

/** A text without what does not change its meaning: case, list and emphasis marks, punctuation at the ends of lines, white space. */
export function meaningOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .split("\n")
    .map((line) => line.trimStart().replace(/^(?:[-*+]|\d+[.)]|#{1,6}|>)\s+/, ""))
    .map(withoutEndMarks)
    .join(" ")
    .replace(/[*_`]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** A loop, because an expression tries again at every sign of a long run in the middle of a line. */
function withoutEndMarks(line: string): string {
  let end = line.length;
  while (end > 0 && /[\s.;:,]/.test(line[end - 1] ?? "")) end--;
  return line.slice(0, end);
}
