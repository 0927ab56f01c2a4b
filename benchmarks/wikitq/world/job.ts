/** A question understood, as data: what to look for in which columns. */

export type Sprung = ReadonlySet<string>;

/** Columns are named as the table's header spells them. */
export type Job =
  | { readonly op: "count"; readonly column: string; readonly value: string }
  | { readonly op: "extreme"; readonly by: string; readonly highest: boolean; readonly show: string }
  | { readonly op: "difference"; readonly column: string; readonly of: readonly [string, string] }
  | { readonly op: "neighbour"; readonly column: string; readonly of: string; readonly step: 1 | -1 }
  | { readonly op: "sum"; readonly column: string; readonly where?: { readonly column: string; readonly value: string } }
  | { readonly op: "distinct"; readonly column: string }
  | { readonly op: "compare"; readonly column: string; readonly of: readonly [string, string]; readonly higher: boolean }
  | { readonly op: "days"; readonly column: string; readonly of: readonly [string, string]; readonly both: boolean }
  | { readonly op: "list"; readonly show: string; readonly where: { readonly column: string; readonly value: string } }
  | { readonly op: "above"; readonly show: string; readonly column: string; readonly limit: number };

export interface Understood {
  readonly family: string;
  readonly job: Job;
  /** Traps on the way in every form, then those of writing a workbook. */
  readonly traps: readonly string[];
  readonly writing: readonly string[];
}
