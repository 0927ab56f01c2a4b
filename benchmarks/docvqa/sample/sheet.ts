import { type Ornament, type Page, pageSize, type TypedText } from "../page/page.ts";
import type { Random } from "./random.ts";

/** A page being typed. */
export interface Sheet {
  type(row: number, column: number, text: string): void;
  /** Typed so that it ends before `column`. */
  typeTo(row: number, column: number, text: string): void;
  center(row: number, text: string): void;
  rule(row: number, from?: number, to?: number): void;
  adorn(ornament: Ornament): void;
  page(): Page;
}

/** An empty sheet, laid a little askew of the picture's corner. */
export function openSheet(random: Random): Sheet {
  const texts: TypedText[] = [];
  const ornaments: Ornament[] = [];
  const type = (row: number, column: number, text: string): void => {
    texts.push({ row, column, text });
  };
  return {
    type,
    typeTo: (row, column, text) => type(row, column - text.length, text),
    center: (row, text) => type(row, Math.floor((pageSize.columns - text.length) / 2), text),
    rule: (row, from = 2, to = pageSize.columns - 2) => ornaments.push({ kind: "rule", row, from, to }),
    adorn: (ornament) => ornaments.push(ornament),
    page: () => ({ texts, ornaments, origin: { x: random.int(2, 12), y: random.int(2, 12) } }),
  };
}
