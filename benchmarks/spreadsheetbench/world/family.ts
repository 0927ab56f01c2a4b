import type { Area, Marked, SheetSeen, TaskFields } from "./reading.ts";
import { headersOf, mentioned } from "./reading.ts";
import type { Sprung } from "./script.ts";

/** All that one family's reader may go by. */
export interface Scene {
  readonly fields: TaskFields;
  readonly sheets: readonly SheetSeen[];
  readonly marked: Marked;
  readonly areas: readonly Area[];
}

/** A task understood: the traps on its way and the script's middle part. */
export interface Job {
  readonly traps: readonly string[];
  /** What is going to be done, for the thought before the script. */
  readonly intent: string;
  script(sprung: Sprung): string;
}

/** One family as the solver knows it. `understand` gives undefined when the text is about something else or a part of it cannot be found in the workbook. */
export interface FamilySolver {
  readonly id: string;
  readonly title: string;
  readonly traps: readonly string[];
  understand(scene: Scene): Job | undefined;
}

export function sheetNamed(scene: Scene, name: string | undefined): SheetSeen | undefined {
  return scene.sheets.find((s) => s.name.trim().toLowerCase() === name?.trim().toLowerCase());
}

/** The sheet the answer goes to; the first one when the position names none. Undefined when the named one does not exist. */
export function answerSheet(scene: Scene): SheetSeen | undefined {
  const name = scene.areas[0]?.sheet;
  return name === undefined ? scene.sheets[0] : sheetNamed(scene, name);
}

/** Zero-based column and row of a cell such as B7. */
export function columnOf(cell: string): number {
  return [...cell.replace(/\d+/, "")].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
export function rowOf(cell: string): number {
  return Number(cell.replace(/\D+/, "")) - 1;
}

/** Headers mentioned in the text that this sheet has, in the text's order, each once. */
export function mentionedOn(scene: Scene, sheet: SheetSeen): readonly string[] {
  const own = new Set(headersOf(sheet));
  return [...new Set(mentioned(scene.marked, "header"))].filter((h) => own.has(h));
}

/** The sheet the records are on: the mentioned one (or else any) that is not the answer's and has all the headers; the answer's own when no other has. */
export function sourceSheet(scene: Scene, headers: readonly string[], notOn?: SheetSeen): SheetSeen | undefined {
  const has = (sheet: SheetSeen) => headers.every((h) => headersOf(sheet).includes(h));
  const named = mentioned(scene.marked, "sheet").map((name) => sheetNamed(scene, name));
  const target = notOn ?? answerSheet(scene);
  const others = [...named, ...scene.sheets].filter((s): s is SheetSeen => s !== undefined && s !== target && has(s));
  return (
    others[0] ?? (notOn === undefined ? [...named, ...scene.sheets].find((s): s is SheetSeen => s !== undefined && has(s)) : undefined)
  );
}

/** Values under a header in the rows that were seen. */
export function seenUnder(sheet: SheetSeen, header: string): readonly unknown[] {
  const top = sheet.rows.findIndex((row) => row.some((c) => typeof c === "string" && c.trim() === header));
  const column = sheet.rows[top]?.findIndex((c) => typeof c === "string" && c.trim() === header) ?? -1;
  return column < 0
    ? []
    : sheet.rows.slice(top + 1).flatMap((row) => (row[column] === undefined || row[column] === null ? [] : [row[column]]));
}

/** Whether most of the values seen under a header are dates, typed or written out. */
export function looksLikeDates(sheet: SheetSeen, header: string): boolean {
  const seen = seenUnder(sheet, header);
  const dates = seen.filter(
    (v) => typeof v === "string" && /^\s*(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Za-z]{3,9} \d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4})\s*$/.test(v),
  );
  return dates.length > seen.length / 2;
}
