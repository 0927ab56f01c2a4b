import { z } from "zod";
import { StoreError } from "../../core/errors.ts";

const numbers = z.array(z.number());
const evolved = { author: z.string(), mode: z.string(), signal: z.string() };
const tableSchema = z.looseObject({
  columns: z.array(z.string()),
  /** Rows by name, in absolute numbers. */
  reference_absolute: z.record(z.string(), numbers).optional(),
  rows: z.union([z.record(z.string(), numbers), z.array(z.object({ ...evolved, value: numbers }))]).optional(),
  /** Rows as signed differences from a row of `reference_absolute`; without `baseline` from the only one there is. */
  delta_rows: z.array(z.object({ ...evolved, baseline: z.string().optional(), delta: numbers })).optional(),
});

/** Numbers of a published table as they are printed: row → column → value. Rows of evolved skills are named "author / mode / signal". */
export type PublishedTable = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What the publication says about how all its numbers were made. */
export interface PublishedProtocol {
  readonly seeds: number;
  readonly maxTurns: number;
  readonly mergeBatch: number;
  /** Full names of its models by the names its tables use. */
  readonly models: Readonly<Record<string, string>>;
}

const protocolSchema = z.looseObject({
  models: z.record(z.string(), z.string()),
  protocol: z.looseObject({ seeds: z.array(z.number()), max_turns: z.number().int(), merge_batch_size: z.number().int() }),
});

/** Reads the publication's protocol from the file of published numbers, given as parsed JSON. Throws StoreError when it is missing or malformed. */
export function readPublishedProtocol(file: unknown): PublishedProtocol {
  const parsed = protocolSchema.safeParse(file);
  if (!parsed.success)
    throw new StoreError(
      "the file of published numbers does not say how they were made (models, protocol); restore it from the repository",
    );
  const { models, protocol } = parsed.data;
  return { seeds: protocol.seeds.length, maxTurns: protocol.max_turns, mergeBatch: protocol.merge_batch_size, models };
}

/** How a row of an evolved skill is named here. */
export function publishedRowName(row: string | { readonly author: string; readonly mode: string; readonly signal: string }): string {
  return typeof row === "string" ? row : `${row.author} / ${row.mode} / ${row.signal}`;
}

/** Reads one table of the file of published numbers, given as parsed JSON; differences are added to their baseline. Throws StoreError naming the table that is missing or malformed. */
export function readPublishedNumbers(file: unknown, name: string): PublishedTable {
  const tables = z.record(z.string(), z.unknown()).safeParse(file);
  const parsed = tableSchema.safeParse(tables.success ? tables.data[name] : undefined);
  if (!parsed.success)
    throw new StoreError(`the file of published numbers has no readable table "${name}"; restore it from the repository`);
  const { columns, reference_absolute = {}, rows = {}, delta_rows = [] } = parsed.data;
  const named = (values: readonly number[]) => new Map(columns.map((column, i) => [column, values[i] ?? Number.NaN]));
  const table = new Map<string, ReadonlyMap<string, number>>();
  for (const [row, values] of Object.entries(reference_absolute)) table.set(row, named(values));
  if (Array.isArray(rows)) for (const row of rows) table.set(publishedRowName(row), named(row.value));
  else for (const [row, values] of Object.entries(rows)) table.set(row, named(values));
  const [only] = Object.keys(reference_absolute);
  for (const row of delta_rows) {
    const baseline = reference_absolute[row.baseline ?? only ?? ""];
    if (baseline === undefined) throw new StoreError(`table "${name}" has differences from a row "${row.baseline}" that it does not have`);
    // Printed numbers have at most four decimals; what adding them leaves beyond is rounding error.
    table.set(publishedRowName(row), named(row.delta.map((delta, i) => Number(((baseline[i] ?? Number.NaN) + delta).toFixed(6)))));
  }
  return table;
}
