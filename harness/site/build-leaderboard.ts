import { protocolDifferences } from "../report/protocol/compare-cards.ts";
import type { ResultTable, TableCell, UsageRow } from "../report/result-table.ts";
import type { Board, BoardProtocol, BoardRow, MaybeCard } from "./leaderboard-data.ts";
import type { ExperimentInput } from "./site-input.ts";

/** Boards of all experiments, without their plots: rows under equal protocol cards side by side, others apart with the fields in which they differ. */
export function buildBoards(experiments: readonly ExperimentInput[]): Omit<Board, "figure">[] {
  const tables = experiments.flatMap((experiment) =>
    experiment.tables.filter((table) => table.primary).map((table) => ({ experiment, table })),
  );
  const names = [...new Set(tables.map(({ table }) => boardName(table)))];
  return names.map((name) => {
    const own = tables.filter(({ table }) => boardName(table) === name);
    const protocols = groupByProtocol(own.map(({ experiment }) => experiment));
    const of = (experiment: string): number => protocols.findIndex(({ experiments: all }) => all.includes(experiment));
    const rows = own.flatMap(({ experiment, table }) => rowsOf(table, experiment.name, of(experiment.name)));
    const price = rows.every((row) => row.costPerEpisode !== null) && rows.some((row) => (row.costPerEpisode ?? 0) > 0) ? "cost" : "tokens";
    const [first] = own;
    const { benchmark = "", split = "", scorer = "", metrics = [] } = first?.table ?? {};
    return {
      benchmark,
      split,
      scorer,
      metrics: metrics.map(({ name: id, label }) => ({ name: id, label })),
      protocols,
      price,
      rows: markFrontier(rows, price).sort(
        (a, b) => a.protocol - b.protocol || (b.scores[0]?.estimate ?? -1) - (a.scores[0]?.estimate ?? -1),
      ),
    };
  });
}

/** Rows that measure the same by the same scorer and metrics. */
const boardName = ({ benchmark, split, scorer, metrics }: ResultTable): string =>
  JSON.stringify([benchmark, split, scorer, metrics.map((metric) => metric.name)]);

function groupByProtocol(experiments: readonly ExperimentInput[]): BoardProtocol[] {
  const groups: { first: MaybeCard; experiments: string[] }[] = [];
  for (const { name, protocol } of experiments) {
    const equal = groups.find(
      ({ first }) => first !== undefined && protocol !== undefined && protocolDifferences(first, protocol).length === 0,
    );
    if (equal === undefined) groups.push({ first: protocol, experiments: [name] });
    else equal.experiments.push(name);
  }
  const reference = groups[0]?.first;
  return groups.map(({ first, experiments: names }, at) => ({
    experiments: names,
    differences: at === 0 ? [] : first === undefined || reference === undefined ? null : protocolDifferences(reference, first),
  }));
}

function rowsOf(table: ResultTable, experiment: string, protocol: number): Omit<BoardRow, "frontier">[] {
  const [decides] = table.metrics;
  return table.cells
    .filter((cell) => cell.metric === decides?.name)
    .map((cell) => {
      const usage = table.usage.find((row) => row.arm === cell.arm && row.solver === cell.solver);
      return {
        experiment,
        protocol,
        arm: cell.arm,
        label: table.arms.find((arm) => arm.name === cell.arm)?.label ?? cell.arm,
        solver: cell.solver,
        scores: table.metrics.map(({ name }) => scoreOf(table, cell, name)),
        graded: cell.slots.graded,
        expected: cell.slots.expected,
        incomplete: cell.incomplete,
        costPerEpisode: costPerEpisode(usage),
        tokensPerEpisode: tokensPerEpisode(usage),
        simulated: cell.simulated.model > 0 || cell.simulated.tasks > 0,
      };
    });
}

function scoreOf(table: ResultTable, cell: TableCell, metric: string): BoardRow["scores"][number] {
  const found = table.cells.find((one) => one.arm === cell.arm && one.solver === cell.solver && one.metric === metric);
  return { estimate: found?.estimate ?? null, interval: found?.interval ?? null };
}

function costPerEpisode(usage: UsageRow | undefined): number | null {
  const known = (usage?.episodes ?? 0) - (usage?.episodesWithoutCost ?? 0);
  return usage === undefined || usage.costUsd === null || known <= 0 ? null : usage.costUsd / known;
}

function tokensPerEpisode(usage: UsageRow | undefined): number | null {
  return usage === undefined || usage.tokens === null || usage.episodes === 0
    ? null
    : (usage.tokens.prompt + usage.tokens.completion) / usage.episodes;
}

/** What a row costs, in the board's price. */
export function priceOf(row: Pick<BoardRow, "costPerEpisode" | "tokensPerEpisode">, price: Board["price"]): number | null {
  return price === "cost" ? row.costPerEpisode : row.tokensPerEpisode;
}

function markFrontier(rows: readonly Omit<BoardRow, "frontier">[], price: Board["price"]): BoardRow[] {
  return rows.map((row) => {
    const score = row.scores[0]?.estimate ?? null;
    const cost = priceOf(row, price);
    const beaten = rows.some((other) => {
      const theirs = other.scores[0]?.estimate ?? null;
      const theirCost = priceOf(other, price);
      if (
        other.protocol !== row.protocol ||
        other.incomplete !== null ||
        theirs === null ||
        theirCost === null ||
        score === null ||
        cost === null
      )
        return false;
      return theirs >= score && theirCost <= cost && (theirs > score || theirCost < cost);
    });
    return { ...row, frontier: score !== null && cost !== null && row.incomplete === null && !beaten };
  });
}
