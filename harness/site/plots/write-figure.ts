import type { TopLevelSpec } from "vega-lite";
import { csvFile } from "../../report/csv.ts";
import type { Figure } from "../site-data.ts";
import type { DataWriter } from "../write-data.ts";
import { renderPlot } from "./render-plot.ts";

/** What a plot shows: rows of plain values, which are also what can be downloaded. */
export type PlotRow = Readonly<Record<string, string | number | null>>;

export interface Plot {
  /** Name of its files: letters, digits, hyphens; unique in the report. */
  readonly id: string;
  /** Where it is shown; pages pick theirs by it. */
  readonly page: string;
  readonly title: string;
  readonly alt: string;
  readonly rows: readonly PlotRow[];
  /** The plot for a width of its drawing area. */
  readonly spec: (width: number) => TopLevelSpec;
}

const wide = 620;
const narrow = 180;

/** Draws a plot in both themes and two widths and writes it with its numbers as CSV and JSON. */
export async function writeFigure(plot: Plot, writer: DataWriter): Promise<Figure> {
  const { id, page, title, alt, rows } = plot;
  const path = (suffix: string): string => `plots/${id}${suffix}`;
  const draw = async (width: number, theme: "light" | "dark", file: string): Promise<{ width: number; height: number }> => {
    const { svg, ...size } = await renderPlot(plot.spec(width), theme);
    await writer.writeFile(file, svg);
    return size;
  };
  const files = {
    light: path("-light.svg"),
    dark: path("-dark.svg"),
    lightNarrow: path("-light-narrow.svg"),
    darkNarrow: path("-dark-narrow.svg"),
    csv: path(".csv"),
    json: path(".json"),
  };
  const size = await draw(wide, "light", files.light);
  await draw(wide, "dark", files.dark);
  const small = await draw(narrow, "light", files.lightNarrow);
  await draw(narrow, "dark", files.darkNarrow);
  const columns = Object.keys(rows[0] ?? {});
  await writer.writeFile(files.csv, csvFile(columns, rows));
  await writer.writeFile(files.json, `${JSON.stringify(rows, null, 1)}\n`);
  return {
    id,
    page,
    title,
    alt,
    files,
    size: { width: size.width, height: size.height, narrowWidth: small.width, narrowHeight: small.height },
  };
}
