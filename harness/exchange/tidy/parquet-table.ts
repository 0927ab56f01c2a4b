import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Column, TidyRow } from "./columns.ts";
import type { ByteSink, TableFile } from "./table-file.ts";

/** Rows held until they are written as one row group. */
const groupRows = 10_000;

type Options = ConstructorParameters<typeof ParquetWriter>[0];
type SchemaElement = Options["schema"][number];

const types: Readonly<Record<Column["type"], Pick<SchemaElement, "type" | "converted_type">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
};

/** Bytes of a file, handed on after every row group, so that no more than one is held. */
function groupWriter(sink: ByteSink): Options["writer"] {
  const bytes = new ByteWriter();
  const flush = async (): Promise<void> => {
    const group = bytes.getBytes().slice();
    bytes.index = 0;
    await sink.write(group);
  };
  return Object.assign(bytes, { flush, finish: flush });
}

/** A Parquet file with nullable, typed columns and a row group every 10,000 rows. Throws a TypeError for a value that is not of its column's type. */
export function parquetTable(columns: readonly Column[], sink: ByteSink): TableFile {
  const schema: SchemaElement[] = [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...types[type] })),
  ];
  const file = new ParquetWriter({ writer: groupWriter(sink), schema, createdBy: "trace2skill-bench" });
  let waiting: TidyRow[] = [];
  const writeGroup = async (): Promise<void> => {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    const columnData = columns.map((column) => ({ name: column.name, data: rows.map((row) => cellOf(row, column)) }));
    await file.write({ columnData, rowGroupSize: rows.length });
  };
  return {
    async write(rows) {
      for (const row of rows) {
        waiting.push(row);
        if (waiting.length >= groupRows) await writeGroup();
      }
    },
    async close() {
      await writeGroup();
      await file.finish();
      await sink.close();
    },
  };
}

function cellOf(row: TidyRow, { name, type }: Column): string | bigint | number | boolean | null {
  const value = row[name];
  if (value === undefined || value === null) return null;
  const wanted = type === "text" ? "string" : type === "boolean" ? "boolean" : "number";
  if (typeof value !== wanted || (type === "integer" && !Number.isSafeInteger(value)))
    throw new TypeError(`column ${name} holds ${JSON.stringify(value)}; expected ${type}`);
  return type === "integer" && typeof value === "number" ? BigInt(value) : value;
}
