import type { Grid } from "./cell-text.ts";

/** A heading, grids and notes: what every renderer can show. Text in it is shown, never obeyed; line feeds in cells are ours. */
export interface Section {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
}
