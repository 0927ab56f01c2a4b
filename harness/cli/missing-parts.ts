import { canonicalJson, isJson, type Json } from "../core/json.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import { oneLine } from "../report/plain-text.ts";
import type { ResultTable } from "../report/result-table.ts";

/** What of a published table is not measured, in sentences; empty: everything. */
export function missingParts(table: PaperTable, tables: readonly ResultTable[]): readonly string[] {
  const lines: string[] = [];
  const columns = new Map<string, string[]>();
  for (const row of table.rows)
    for (const cell of row.cells) {
      const found = tables.flatMap(({ cells }) => cells).some((one) => one.arm === cell.arm && one.slots.expected > 0);
      if (cell.arm === null || !found) columns.set(row.published, [...(columns.get(row.published) ?? []), cell.model]);
    }
  for (const [row, models] of columns) lines.push(`row ${oneLine(row)}: no arm of it for ${[...new Set(models)].map(oneLine).join(", ")}`);
  for (const { benchmark, split, cells, metrics } of tables)
    for (const cell of cells) {
      if (cell.metric !== metrics[0]?.name || !isShown(table, cell.arm)) continue;
      const { missing, errored, expected } = cell.slots;
      const arm = `${oneLine(cell.arm)} with ${oneLine(cell.solver)} on ${benchmark} ${split}`;
      if (missing > 0) lines.push(`${arm}: ${missing === expected ? "all" : `${missing} of`} ${expected} episodes`);
      if (errored > 0) lines.push(`${arm}: ${errored} of ${expected} episodes errored (--retry-errors)`);
    }
  const unmeasured = table.columns.filter((label) =>
    table.rows.every(({ cells }) => cells.every((cell) => cell.column !== label || cell.expected === 0)),
  );
  for (const label of unmeasured) lines.push(`column ${oneLine(label)}: the experiment does not measure it`);
  return lines;
}

const isShown = ({ rows }: PaperTable, arm: string): boolean => rows.some(({ cells }) => cells.some((cell) => cell.arm === arm));

/**
 * The command that runs a resolved config again: the config's name, and an override for every value in which the two differ. undefined when the difference cannot be written
 * as overrides (an entry or key that the config has and the resolved one has not).
 */
export function runCommandFor(config: string, written: ExperimentSpec, wanted: ExperimentSpec): string | undefined {
  const sets = overridesBetween(asJson(written), asJson(wanted), []);
  return sets === undefined ? undefined : [`t2s run ${config}`, ...sets.map((set) => `--set ${quoted(set)}`)].join(" ");
}

function overridesBetween(from: Json | undefined, to: Json | undefined, path: readonly string[]): readonly string[] | undefined {
  if (to === undefined) return from === undefined ? [] : undefined;
  if (from !== undefined && canonicalJson(from) === canonicalJson(to)) return [];
  const [a, b] = [entriesOf(from), entriesOf(to)];
  const sameKind = Array.isArray(from) === Array.isArray(to);
  if (a === undefined || b === undefined || !sameKind || (Array.isArray(to) && b.size !== a.size))
    return [`${path.join(".")}=${JSON.stringify(to)}`];
  const sets: string[] = [];
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const found = overridesBetween(a.get(name), b.get(name), [...path, name]);
    if (found === undefined) return undefined;
    sets.push(...found);
  }
  return sets;
}

function entriesOf(value: Json | undefined): ReadonlyMap<string, Json | undefined> | undefined {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function asJson(value: unknown): Json {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (!isJson(plain)) throw new TypeError("runCommandFor: a config is no JSON");
  return plain;
}

/** An argument as a POSIX shell takes it. */
export const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
