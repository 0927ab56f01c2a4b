import { describeCard } from "../report/protocol/describe-card.ts";
import { renderCsv } from "../report/render-csv.ts";
import { renderJson } from "../report/render-json.ts";
import type { ResultTable } from "../report/result-table.ts";
import { buildBoards } from "./build-leaderboard.ts";
import { bundleApp } from "./bundle-app.ts";
import { episodeColumns } from "./episode-chunks.ts";
import { writeDetails } from "./episode-details.ts";
import { orderEpisodes } from "./episode-order.ts";
import type { Board, LeaderboardData } from "./leaderboard-data.ts";
import { icon, pageShell } from "./page-shell.ts";
import { ablationPlots } from "./plots/ablation-plots.ts";
import { frontierPlot } from "./plots/frontier-plot.ts";
import { intervalPlots } from "./plots/interval-plots.ts";
import { writeFigure } from "./plots/write-figure.ts";
import { sections } from "./sections.ts";
import type { Figure, SiteExperiment, TablesData, TrajectoryAccount } from "./site-data.ts";
import { stageSite } from "./site-folder.ts";
import type { ExperimentInput, SiteInput, TrajectoryChoice } from "./site-input.ts";
import { siteWarnings } from "./site-warnings.ts";
import { type DataWriter, openDataWriter } from "./write-data.ts";

export interface SiteSummary {
  /** Path of index.html. */
  readonly index: string;
  readonly episodes: number;
  /** By experiment, in the order they were given. */
  readonly trajectories: readonly TrajectoryAccount[];
}

/**
 * Writes the web report into `dir`, which may hold an earlier one or tables; tables stay. Files are made aside and swapped in when all are
 * there, so that a failure leaves the earlier report. UsageError when `dir` holds something that is no report.
 */
export async function writeSite(input: SiteInput, dir: string, trajectories: TrajectoryChoice): Promise<SiteSummary> {
  await using stage = await stageSite(dir);
  const writer = openDataWriter(stage.folder);
  const { script, style } = await bundleApp();
  await writer.writeFile("app.js", script);
  await writer.writeFile("app.css", style);
  await writer.writeFile("icon.svg", icon);
  await writer.writeFile("index.html", pageShell());
  const experiments: SiteExperiment[] = [];
  const accounts: TrajectoryAccount[] = [];
  for (const [number, experiment] of input.experiments.entries()) {
    const id = `e${number}`;
    const ordered = orderEpisodes(experiment.rows);
    const { detail, account } = await writeDetails(id, ordered, input, trajectories, writer);
    accounts.push(account);
    const { index, chunks } = episodeColumns(ordered, detail);
    await writer.write(`${id}/episodes`, index);
    for (const [n, chunk] of chunks.entries()) await writer.write(`${id}/episodes-${n}`, chunk);
    const figures = await writeFigures(experiment, id, writer);
    await writer.write(`${id}/tables`, tablesData(experiment, account, figures));
    await writer.writeFile(`downloads/${id}-tables.csv`, renderCsv(experiment.tables));
    await writer.writeFile(`downloads/${id}-tables.json`, renderJson(experiment.tables, experiment.ablations, experiment.protocol ?? null));
    experiments.push({
      id,
      name: experiment.name,
      title: experiment.title,
      simulated: simulatedOf(experiment.tables),
      episodes: ordered.length,
      sections: await writeSections(experiment, id, input, writer),
      warnings: siteWarnings(experiment, account),
    });
  }
  await writeLeaderboard(input.experiments, writer);
  await writer.write("site", { v: 1, version: input.version, experiments });
  const index = await stage.commit();
  return { index, episodes: experiments.reduce((sum, one) => sum + one.episodes, 0), trajectories: accounts };
}

function tablesData(experiment: ExperimentInput, trajectories: TrajectoryAccount, figures: readonly Figure[]): TablesData {
  const { tables, paper = null, evolution = null, ablations = null, protocol } = experiment;
  return { tables, paper, evolution, ablations, card: protocol === undefined ? [] : describeCard(protocol), figures, trajectories };
}

/** Plots of the deciding scorers' tables, of sweeps and of factorials. */
async function writeFigures({ tables, ablations }: ExperimentInput, id: string, writer: DataWriter): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [n, table] of tables.filter(({ primary }) => primary).entries())
    for (const plot of intervalPlots(table, `${id}-t${n}`)) figures.push(await writeFigure(plot, writer));
  for (const plot of ablations === undefined ? [] : ablationPlots(ablations, id)) figures.push(await writeFigure(plot, writer));
  return figures;
}

async function writeLeaderboard(experiments: readonly ExperimentInput[], writer: DataWriter): Promise<void> {
  const boards: Board[] = [];
  for (const [n, board] of buildBoards(experiments).entries()) {
    const plot = frontierPlot(board, `frontier-${n}`);
    boards.push({ ...board, figure: plot === undefined ? null : await writeFigure(plot, writer) });
  }
  const data: LeaderboardData = { boards };
  await writer.write("leaderboard", data);
}

async function writeSections(experiment: ExperimentInput, id: string, input: SiteInput, writer: DataWriter): Promise<string[]> {
  const made: string[] = experiment.ablations === undefined ? [] : ["sweeps"];
  for (const section of sections) if (await section.write({ experiment, id, input, writer })) made.push(section.id);
  return made;
}

function simulatedOf(tables: readonly ResultTable[]): SiteExperiment["simulated"] {
  if (tables.every((table) => table.simulated === "none")) return "none";
  return tables.every((table) => table.simulated === "all") ? "all" : "some";
}
