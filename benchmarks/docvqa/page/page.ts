/** A generated page before it is a picture: a grid of characters as a typewriter leaves it, with rules, boxes and a mark behind them. */

/** Cells of a page. */
export const pageSize = { columns: 66, rows: 46 } as const;

/** Decoration in cells; it never touches what is typed, because it has a paler ink. */
export type Ornament =
  | { readonly kind: "rule"; readonly row: number; readonly from: number; readonly to: number }
  | { readonly kind: "box"; readonly top: number; readonly bottom: number; readonly from: number; readonly to: number }
  /** A printed emblem of some letterhead, drawn from its number. */
  | { readonly kind: "emblem"; readonly row: number; readonly column: number; readonly number: number };

export interface TypedText {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

export interface Page {
  readonly texts: readonly TypedText[];
  readonly ornaments: readonly Ornament[];
  /** Where the paper lay: units between the picture's corner and the first cell. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** Rows of characters, blanks at the ends left out. Throws a RangeError for text that leaves the page or covers other text. */
export function rowsOf(page: Page): readonly string[] {
  const cells = Array.from({ length: pageSize.rows }, () => Array.from({ length: pageSize.columns }, () => " "));
  for (const { row, column, text } of page.texts) {
    [...text].forEach((character, i) => {
      if (character === " ") return;
      const line = cells[row];
      if (line === undefined || line[column + i] !== " ") throw new RangeError(`"${text}" does not fit at row ${row}, column ${column}`);
      line[column + i] = character;
    });
  }
  return cells.map((line) => line.join("").trimEnd());
}
