/** Puts edits of one file into effect, line by line, so that every line of the result has one origin. */
import type { Outline } from "./outline.ts";
import { compareIds, type Place, type Range } from "./place.ts";
import { lineEndOf, lineIndexAt } from "./text-lines.ts";

/** A resolved edit with what decides its order among others at the same point. */
export interface Placed {
  readonly id: string;
  readonly support: number;
  readonly place: Place;
}

/** A line of a result. `from` is its position in S0's lines, null for lines that are new or rewritten; `edit` is null exactly when it is as in S0. */
export interface ComposedLine {
  readonly text: string;
  readonly eol: string;
  readonly from: number | null;
  readonly edit: string | null;
}

/**
 * The lines of a file after edits that do not overlap; the order of `placed` does not matter. A block that is put in has a blank line on either side, except where it
 * continues a list or table. Blank lines of S0 stay, but for those that a removal would leave doubled. The last line ends as S0's did.
 */
export function composeText(outline: Outline, placed: readonly Placed[]): ComposedLine[] {
  const { lines } = outline;
  const eol = lineEndOf(lines);
  const { inserts, changes } = byLine(outline, placed);
  const out: ComposedLine[] = [];
  /** Range of the last line that is not blank, or of the list or table it continues; null: nothing joins it. */
  let tail: Range | null = null;
  /** Insertion behind which a blank line is still wanted. */
  let owed: { readonly edit: string; readonly joins: Range | null } | null = null;
  let justRemoved = false;

  const endsBlank = (): boolean => out.length === 0 || out.at(-1)?.text.trim() === "";
  function push(text: string, edit: string | null, from: number | null = null, end = eol): void {
    out.push({ text, eol: end === "" ? eol : end, from, edit });
  }
  /** Before a text: the blank line that the insertion above it wants, unless the two belong together. */
  function settle(next: Range | null): void {
    if (owed !== null && !endsBlank() && !touch(owed.joins, next)) push("", owed.edit);
    owed = null;
    justRemoved = false;
  }
  function insertAfter(at: number): void {
    for (const { id, place } of inserts.get(at) ?? []) {
      if (!endsBlank() && !touch(tail, place.joins)) push("", id);
      for (const line of place.text.split("\n")) push(line, id);
      tail = place.joins;
      owed = { edit: id, joins: place.joins };
      justRemoved = false;
    }
  }

  insertAfter(-1);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const change = changes.get(i);
    if (line === undefined) break;
    if (change !== undefined) {
      const { id, place } = change.placed;
      if (place.kind === "replace") {
        settle(null);
        const last = lines[change.last] ?? line;
        const text = line.text.slice(0, place.from - line.from) + place.text + last.text.slice(place.to - last.from);
        for (const part of text.split("\n")) push(part, id);
        tail = null;
      } else justRemoved = true;
      i = change.last;
    } else if (line.text.trim() === "") {
      if (justRemoved && endsBlank()) continue;
      push(line.text, null, i, line.eol);
      owed = null;
      justRemoved = false;
    } else {
      tail = { from: line.from, to: line.to };
      settle(tail);
      push(line.text, null, i, line.eol);
    }
    insertAfter(i);
  }

  if (justRemoved) while (out.length > 0 && endsBlank()) out.pop();
  const last = out.at(-1);
  if (last !== undefined && lines.at(-1)?.eol === "") out[out.length - 1] = { ...last, eol: "" };
  return out;
}

/** Insertions by the line they follow (-1: none), in their order; replacements and removals by the line they begin in. */
function byLine(
  { lines }: Outline,
  placed: readonly Placed[],
): { inserts: Map<number, Placed[]>; changes: Map<number, { readonly placed: Placed; readonly last: number }> } {
  const inserts = new Map<number, Placed[]>();
  const changes = new Map<number, { readonly placed: Placed; readonly last: number }>();
  for (const one of placed.toSorted(inOrder)) {
    const { kind, from, to } = one.place;
    if (kind === "insert") {
      const at = from === 0 ? -1 : lineIndexAt(lines, from);
      inserts.set(at, [...(inserts.get(at) ?? []), one]);
    } else if (kind === "replace" || kind === "remove")
      changes.set(lineIndexAt(lines, from), { placed: one, last: lineIndexAt(lines, Math.max(from, to - 1)) });
  }
  return { inserts, changes };
}

function inOrder(a: Placed, b: Placed): number {
  return a.place.order - b.place.order || b.support - a.support || compareIds(a.id, b.id);
}

/** Whether two ranges of S0 have anything in common: a line and the list it is part of, a list and one inside it. */
function touch(a: Range | null, b: Range | null): boolean {
  return a !== null && b !== null && a.from < b.to && b.from < a.to;
}

export function joinLines(lines: readonly ComposedLine[]): string {
  return lines.map((line) => line.text + line.eol).join("");
}
