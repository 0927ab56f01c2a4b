/** A table of records with the columns a family needs, some it does not, in any order. */
import { type CellDraft, type Column, type Layout, layTable, put, type SheetDraft } from "./draft.ts";
import type { Random } from "./random.ts";
import { type Domain, notes, people } from "./vocabulary.ts";

export type Filler = "id" | "person" | "note" | "status" | "label";

/** Column order and place of a table, drawn once per task so that all its cases look alike. */
export interface Frame {
  readonly top: number;
  readonly left: number;
  /** Headers in order; the last ones are targets to be filled when there are any. */
  readonly headers: readonly string[];
  readonly fillers: ReadonlyMap<string, Filler>;
  readonly title: string | undefined;
}

/** Draws a frame: needed headers plus one to three others, shuffled; targets stay at the right end. */
export function frameOf(shape: Random, domain: Domain, needed: readonly string[], targets: readonly string[] = []): Frame {
  const offered: [string, Filler][] = [
    [shape.pick(domain.id), "id"],
    [shape.pick(domain.person), "person"],
    [shape.pick(domain.note), "note"],
    [shape.pick(domain.status), "status"],
    [shape.pick(domain.label), "label"],
  ];
  const free = shape.shuffle(offered.filter(([header]) => !needed.includes(header) && !targets.includes(header)));
  const fillers = new Map(free.slice(0, shape.int(1, 3)));
  const titled = shape.chance(0.25);
  return {
    top: titled ? 2 : 0,
    left: shape.chance(0.2) ? 1 : 0,
    headers: [...shape.shuffle([...needed, ...fillers.keys()]), ...targets],
    fillers,
    title: titled ? `${domain.sheets[0]}, as of today` : undefined,
  };
}

export function fillerCell(values: Random, domain: Domain, filler: Filler, i: number): CellDraft {
  if (filler === "id") return `${domain.idPrefix}${1000 + i * 7 + values.int(0, 6)}`;
  if (filler === "person") return values.pick(people);
  if (filler === "note") return values.pick(notes);
  return filler === "status" ? values.pick(domain.statuses) : values.pick(domain.labels);
}

/** A sheet with one table. `cells` gives the needed columns; targets without a function stay empty. */
export function tableSheet(
  name: string,
  frame: Frame,
  count: number,
  values: Random,
  domain: Domain,
  cells: Readonly<Record<string, (i: number) => CellDraft>>,
): SheetDraft {
  const sheet: SheetDraft = { name, rows: [], header: frame.top };
  if (frame.title !== undefined) put(sheet, 0, 0, frame.title);
  const columns: Column[] = frame.headers.map((header) => {
    const filler = frame.fillers.get(header);
    const own = values.fork("column", header);
    return { header, cell: cells[header] ?? (filler === undefined ? () => null : (i) => fillerCell(own, domain, filler, i)) };
  });
  const layout: Pick<Layout, "top" | "left" | "count"> = { top: frame.top, left: frame.left, count };
  layTable(sheet, layout, columns);
  return sheet;
}

/** Column of a header, counted from the sheet's first. */
export function columnAt(frame: Frame, header: string): number {
  const at = frame.headers.indexOf(header);
  if (at < 0) throw new RangeError(`no column ${header}`);
  return frame.left + at;
}

/** Splits records into rows with one blank row in the lower half; the result maps record to row offset. */
export function gapAfter(count: number, gap: boolean): (i: number) => number {
  const at = Math.floor(count * 0.55);
  return (i) => (gap && i >= at ? i + 1 : i);
}
