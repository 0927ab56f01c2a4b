/** A table as it is shown. */
export interface Grid {
  readonly title: string;
  readonly head: readonly string[];
  /** First column first; a cell may have several lines. */
  readonly rows: readonly (readonly string[])[];
  /** false: a terminal wraps its columns instead of splitting it into several grids. */
  readonly split?: boolean;
}

/** A heading, grids and notes: what every renderer can show. Text in it is shown, never obeyed; line feeds in cells are ours. */
export interface Section {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
}
