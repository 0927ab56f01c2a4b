/** Shared types of the edits: where an edit lands in the start skill S0, and why one does not. */
import type { Departure } from "../../core/evolution.ts";

/** Offsets of a text, UTF-16 code units as everywhere in JavaScript, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a set of edits may touch, beyond the fixed white list (SKILL.md and references/<name>.md). */
export interface EditRules {
  /** Further paths that no edit may change, create or delete. */
  readonly protect?: readonly string[];
  /** `any`: files may be created without a link and deleted with links left over. Default: pairs have to be whole. */
  readonly pairs?: "whole" | "any";
}

/** Where and how an edit changes S0. Everything is said in offsets of S0's own text, so that edits do not depend on each other. */
export interface Place extends Range {
  readonly file: string;
  /**
   * `insert`: `from` = `to` = end of the line (without its line end) that the text follows, 0 for the start of the file. `replace`: the text between. `remove`: whole
   * lines, the last without its line end. `create` has 0 and 0, `delete-file` the whole file.
   */
  readonly kind: "insert" | "replace" | "remove" | "create" | "delete-file";
  /** Among insertions at one point: the smaller comes first. Texts come before headings, deeper headings before higher ones. */
  readonly order: number;
  /** What is put in, as it will stand there: indented for its place, with its heading, line ends `\n`, no blank lines around it. "" for removals. */
  readonly text: string;
  /** List or table of S0 that the text continues without a blank line between; null for blocks of their own. */
  readonly joins: Range | null;
  /** Part of S0 that has to stay for the edit to make sense: the line of its anchor, the heading of its section. */
  readonly needs: Range | null;
  /** Titles of the headings that are put in, as `headingKey` gives them. */
  readonly headings: readonly string[];
}

/** A place with nothing decided but where it is. */
export function placeOf(file: string, range: Range): Omit<Place, "kind"> {
  return { file, ...range, order: 0, text: "", joins: null, needs: null, headings: [] };
}

export type Resolution =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly reason: Departure["reason"]; readonly note: string };

/** An edit that may not be applied and why; with a stage it is a `Departure`. */
export type Withheld = Omit<Departure, "stage">;

/** Two ids in the order people number things: `p2e1` before `p10e1`. Negative, 0 or positive; 0 only for equal ids. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (const [i, x] of left.entries()) {
    const y = right[i];
    if (y === undefined) return 1;
    const numbers = /^\d/.test(x) && /^\d/.test(y);
    const difference = numbers ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (difference !== 0) return difference;
  }
  if (left.length < right.length) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
