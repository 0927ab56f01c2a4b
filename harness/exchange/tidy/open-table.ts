import { csvField } from "../../report/csv.ts";
import type { Column, TidyFormat, TidyRow } from "./columns.ts";
import { parquetTable } from "./parquet-table.ts";
import type { ByteSink, TableFile } from "./table-file.ts";

/** Begins a table in a format. What a row has beside the columns is left out. */
export async function openTable(format: TidyFormat, columns: readonly Column[], sink: ByteSink): Promise<TableFile> {
  if (format === "parquet") return parquetTable(columns, sink);
  const names = columns.map(({ name }) => name);
  if (format === "csv") await sink.write(`${names.join(",")}\r\n`);
  const line = (row: TidyRow): string =>
    format === "csv"
      ? `${names.map((name) => csvField(row[name])).join(",")}\r\n`
      : `${JSON.stringify(Object.fromEntries(names.flatMap((name) => (row[name] == null ? [] : [[name, row[name]]]))))}\n`;
  return {
    write: (rows) => sink.write(rows.map(line).join("")),
    close: () => sink.close(),
  };
}
