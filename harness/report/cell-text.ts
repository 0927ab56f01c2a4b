/** What stands in the cells of the rendered tables, shared by terminal and Markdown. Line feeds are ours; those in names and labels are already escapes. */
import { count, fixed, percent, percentRange, points, pointsRange, pValue } from "./number-text.ts";
import { oneLine } from "./plain-text.ts";
import type { Comparison, ResultTable, SimulatedCounts, TableCell, UsageRow } from "./result-table.ts";
import type { Grid, Section } from "./section.ts";
import { noSolver } from "./table-design.ts";

/** "(sim)" where anything in it is simulated and "(imported)" where anything was not measured here, with the share when it is a mixture. */
export function simulatedMark({ rows, model, tasks, imported = 0 }: SimulatedCounts): string {
  const mark = (word: string, marked: number): string =>
    marked === 0 ? "" : marked === rows ? ` (${word})` : ` (${word}: ${marked} of ${rows} rows)`;
  return `${mark("sim", Math.max(model, tasks))}${mark("imported", imported)}`;
}

/** Heading of a table. */
export function tableTitle({ title, benchmark, split, scorer, primary, simulated, cells }: ResultTable): string {
  const imported = cells.some((cell) => (cell.simulated.imported ?? 0) > 0) ? ", IMPORTED" : "";
  const mark = simulated === "none" ? "" : simulated === "all" ? ", SIMULATED" : ", partly SIMULATED";
  return `${title}: ${benchmark} ${split}, scorer ${scorer}${primary ? "" : " (not the primary one)"}${mark}${imported}`;
}

/** A whole table as a section. */
export function tableSection(table: ResultTable): Section {
  const comparisons = comparisonGrid(table);
  return {
    title: tableTitle(table),
    grids: [resultGrid(table), ...(comparisons === undefined ? [] : [comparisons]), usageGrid(table)],
    notes: table.notes.map(({ text }) => text),
  };
}

/** Rows = arms, a column per solver and metric. */
export function resultGrid(table: ResultTable): Grid {
  const columns = table.solvers.flatMap((solver) => table.metrics.map((metric) => ({ solver, metric })));
  const head = ["arm", ...columns.map(({ solver, metric }) => `${modelText(solver)}\n${oneLine(metric.label)}`)];
  const rows = table.arms.map(({ name, label }) => [
    [oneLine(label), ...(name === table.baseline ? ["baseline"] : []), ...identicalLines(table, name)].join("\n"),
    ...columns.map(({ solver, metric }) => {
      const cell = table.cells.find((c) => c.arm === name && c.solver === solver && c.metric === metric.name);
      if (cell === undefined) return "";
      const comparison = table.comparisons.find(
        (c) => c.arm === name && c.reference === table.baseline && c.solver === solver && c.metric === metric.name,
      );
      return cellText(cell, comparison);
    }),
  ]);
  return { title: "Results", head, rows };
}

/** What the arm is identical to; with the models where that does not hold for all of them. */
function identicalLines(table: ResultTable, arm: string): string[] {
  const own = table.cells.filter((cell) => cell.arm === arm && cell.metric === table.metrics[0]?.name);
  const firsts = [...new Set(own.map((cell) => cell.identicalTo))];
  return firsts.flatMap((first) => {
    if (first === null) return [];
    const models = own.filter((cell) => cell.identicalTo === first).map((cell) => modelText(cell.solver));
    return [`identical to ${labelOf(table, first)}${firsts.length === 1 ? "" : ` (${models.join(", ")})`}`];
  });
}

function cellText(cell: TableCell, comparison: Comparison | undefined): string {
  const { graded, expected, errored, ungraded, missing } = cell.slots;
  const value = cell.estimate === null ? "nothing graded" : `${percent(cell.estimate)} ${percentRange(cell.interval)}`;
  const lines = [`${value}${simulatedMark(cell.simulated)}`];
  if (comparison !== undefined && comparison.difference !== null && comparison.verdict !== "same-episodes") {
    const p = comparison.pAdjusted === null ? "" : ` p=${pValue(comparison.pAdjusted)}`;
    lines.push(`${points(comparison.difference)} pp ${pointsRange(comparison.interval)}${p.replace("=<", "<")}`);
  }
  const rest = [`n ${graded}/${expected}`, `errored ${errored}`, `ungraded ${ungraded}`, ...(missing > 0 ? [`missing ${missing}`] : [])];
  lines.push(rest.join(", "));
  if (cell.incomplete !== null) lines.push("incomplete");
  return lines.join("\n");
}

/** One row per comparison, solver and metric; undefined when there is nothing to compare. */
export function comparisonGrid(table: ResultTable): Grid | undefined {
  if (table.comparisons.length === 0) return undefined;
  const metricOf = (name: string) => oneLine(table.metrics.find((metric) => metric.name === name)?.label ?? name);
  return {
    title: "Paired differences",
    head: ["difference", "model", "metric", "pp and 95 % interval", "pairs", "p", "p (Holm)", "conclusion"],
    rows: table.comparisons.map((c) => [
      `${labelOf(table, c.arm)} - ${labelOf(table, c.reference)}`,
      modelText(c.solver),
      metricOf(c.metric),
      c.difference === null ? "-" : `${points(c.difference)} ${pointsRange(c.interval)}${simulatedMark(c.simulated)}`,
      String(c.pairs),
      pValue(c.p),
      pValue(c.pAdjusted),
      oneLine(c.conclusion),
    ]),
  };
}

/** One row per arm and solver: what was used. */
export function usageGrid(table: ResultTable): Grid {
  return {
    title: "Usage",
    head: ["arm", "model", "episodes", "turns", "tokens in / out", "cost", "exits", "errors"],
    rows: table.usage.map((u) => [
      labelOf(table, u.arm),
      modelText(u.solver),
      `${count(u.episodes)}${simulatedMark(u.simulated)}`,
      u.turnsMean === null ? "-" : fixed(u.turnsMean, 1),
      u.tokens === null ? "-" : `${count(u.tokens.prompt)} / ${count(u.tokens.completion)}`,
      costText(u),
      tallyText(u.exits),
      [tallyText(u.errors), ...(u.formatErrors ? [`format errors ${u.formatErrors}`] : [])].filter((text) => text !== "-").join(", ") ||
        "-",
    ]),
  };
}

function costText({ costUsd, episodesWithoutCost }: UsageRow): string {
  if (costUsd === null) return "unknown";
  const sum = `$${fixed(costUsd, costUsd !== 0 && costUsd < 1 ? 4 : 2)}`;
  return episodesWithoutCost === 0 ? sum : `${sum} + ${episodesWithoutCost} unknown`;
}

function tallyText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? "-" : entries.map(([name, n]) => `${oneLine(name)} ${n}`).join(", ");
}

function labelOf(table: ResultTable, name: string): string {
  return oneLine(table.arms.find((arm) => arm.name === name)?.label ?? name);
}

function modelText(solver: string): string {
  return solver === noSolver ? "no model" : oneLine(solver);
}
