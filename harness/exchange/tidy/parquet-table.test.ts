import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { expect, it } from "vitest";
import type { Column, TidyRow } from "./columns.ts";
import { openTable } from "./open-table.ts";

const columns: readonly Column[] = [
  { name: "text", about: "", type: "text" },
  { name: "whole", about: "", type: "integer" },
  { name: "number", about: "", type: "number" },
  { name: "truth", about: "", type: "boolean" },
];

/** A table written in pieces, with the bytes it came to and how many were handed on at once at most. */
async function write(pieces: Iterable<readonly TidyRow[]>): Promise<{ readonly file: ArrayBuffer; readonly largest: number }> {
  const chunks: Uint8Array[] = [];
  const table = await openTable("parquet", columns, {
    write: async (piece) => {
      chunks.push(Buffer.from(piece));
    },
    close: async () => undefined,
  });
  for (const rows of pieces) await table.write(rows);
  await table.close();
  const bytes = new Uint8Array(Buffer.concat(chunks));
  return { file: bytes.buffer, largest: Math.max(...chunks.map(({ length }) => length)) };
}

it("keeps texts, numbers, truth and what is unknown as they are", async () => {
  const hostile = [
    "",
    '=HYPERLINK("http://x")\r\n',
    "\u202e\u001b[31m\u0000 nul",
    "naïve 🙂 \ufeff",
    "a,b\t\"c\" 'd'",
    "PAR1".repeat(9000),
    "null",
  ];
  const rows: TidyRow[] = [
    ...hostile.map((text, i) => ({ text, whole: 2 ** 53 - 1 - i, number: i / 3, truth: i % 2 === 0, other: "left out" })),
    { text: undefined, whole: -1, number: -0.5e-300, truth: null },
    {},
  ];
  const { file } = await write([rows.slice(0, 2), [], rows.slice(2)]);
  const expected = rows.map(({ text, whole, number, truth }) => ({
    text: text ?? null,
    whole: typeof whole === "number" ? BigInt(whole) : null,
    number: number ?? null,
    truth: truth ?? null,
  }));
  expect(await parquetReadObjects({ file })).toEqual(expected);
  expect(parquetMetadata(file).schema.map(({ name, type, converted_type: text, repetition_type: may }) => [name, type, text, may])).toEqual(
    [
      ["root", undefined, undefined, undefined],
      ["text", "BYTE_ARRAY", "UTF8", "OPTIONAL"],
      ["whole", "INT64", undefined, "OPTIONAL"],
      ["number", "DOUBLE", undefined, "OPTIONAL"],
      ["truth", "BOOLEAN", undefined, "OPTIONAL"],
    ],
  );
});

it("has its columns also without a row, and a row group every 10,000 rows, of which no more than one is held", async () => {
  const empty = await write([]);
  expect(parquetMetadata(empty.file)).toMatchObject({ num_rows: 0n, row_groups: [] });
  expect(await parquetReadObjects({ file: empty.file })).toEqual([]);
  const batch = (from: number): TidyRow[] =>
    Array.from({ length: 500 }, (_, i) => ({ text: `task ${from + i} ${"x".repeat(40)}`, whole: from + i }));
  const many = await write(Array.from({ length: 50 }, (_, n) => batch(n * 500)));
  expect(parquetMetadata(many.file).row_groups.map(({ num_rows: rows }) => rows)).toEqual([10_000n, 10_000n, 5_000n]);
  expect(many.largest).toBeLessThan(many.file.byteLength / 2);
  const [last] = await parquetReadObjects({ file: many.file, rowStart: 24_999 });
  expect(last).toMatchObject({ text: `task 24999 ${"x".repeat(40)}`, whole: 24_999n, truth: null });
});

it("refuses a value that is not of its column's type", async () => {
  await expect(write([[{ whole: 1.5 }]])).rejects.toThrow("column whole holds 1.5; expected integer");
  await expect(write([[{ text: 1 }]])).rejects.toThrow("column text holds 1; expected text");
});
