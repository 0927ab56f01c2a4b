/** Tasks changed in ways that must not matter to a solver that understands them: other headers, other column orders. */
import type { BookDraft, CaseDraft, CellDraft, SheetDraft, TaskDraft } from "../sample/draft.ts";

type Task = Pick<TaskDraft, "instruction" | "type" | "position">;

const freshNames =
  "Quorl Vemtra Daspin Ulgo Brenth Ostik Parvel Zindo Hemmick Tolvar Ysper Candrel Moft Jurek Lisbon Orpheo Wendel Krast Fimble Narvo".split(
    " ",
  );

/** Renames every header of every sheet, in the workbooks and in the text alike. */
export function withOtherHeaders(task: Task, drawn: CaseDraft): { task: Task; drawn: CaseDraft } {
  const headers = [
    ...new Set(drawn.input.sheets.flatMap((s) => (s.rows[s.header] ?? []).filter((c): c is string => typeof c === "string"))),
  ];
  const months = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*$/;
  const names = new Map(headers.filter((h) => !months.test(h)).map((h, i) => [h, `${freshNames[i % freshNames.length]} ${i}`]));
  const rename = (book: BookDraft): BookDraft => ({
    sheets: book.sheets.map((s) => ({
      ...s,
      rows: s.rows.map((row) => row.map((c) => (typeof c === "string" ? (names.get(c) ?? c) : c))),
    })),
  });
  // Names of sheets may contain a header's word; they are set aside while the text is changed.
  const sheets = drawn.input.sheets.map((s) => s.name);
  let text = sheets.reduce((t, name, i) => t.replaceAll(name, `\uE001${i}\uE001`), task.instruction);
  const sorted = [...names.keys()].sort((a, b) => b.length - a.length);
  sorted.forEach((h, i) => {
    text = text.replace(new RegExp(`(?<!\\w)${h}(?!\\w)`, "g"), `\uE002${i}\uE002`);
  });
  text = text.replace(/\uE002(\d+)\uE002/g, (_, i: string) => names.get(sorted[Number(i)] ?? "") ?? "");
  text = text.replace(/\uE001(\d+)\uE001/g, (_, i: string) => sheets[Number(i)] ?? "");
  return { task: { ...task, instruction: text }, drawn: { input: rename(drawn.input), answer: rename(drawn.answer) } };
}

/** Turns the order of each table's columns round; columns to be filled stay where the answer position says. */
export function withOtherColumnOrder(drawn: CaseDraft): CaseDraft {
  const orders = new Map(drawn.input.sheets.map((s) => [s.name, turned(s)]));
  const apply = (book: BookDraft): BookDraft => ({
    sheets: book.sheets.map((s) => {
      const order = orders.get(s.name) ?? [];
      const width = Math.max(...s.rows.map((r) => r.length), 0);
      const rows = s.rows.map((row, r): CellDraft[] =>
        r < s.header ? row : Array.from({ length: width }, (_, c) => row[order[c] ?? c] ?? null),
      );
      return { ...s, rows };
    }),
  });
  return { input: apply(drawn.input), answer: apply(drawn.answer) };
}

/** For each column the one whose cells come to stand there: the leading run of columns that hold records, turned round. */
function turned(sheet: SheetDraft): number[] {
  const header = sheet.rows[sheet.header] ?? [];
  const filled = (c: number) => sheet.rows.slice(sheet.header + 1).some((row) => row[c] !== undefined && row[c] !== null);
  const first = header.findIndex((c) => c !== null && c !== undefined);
  let last = first;
  while (typeof header[last] === "string" && filled(last)) last++;
  const width = Math.max(...sheet.rows.map((r) => r.length), 0);
  return Array.from({ length: width }, (_, c) => (c >= first && c < last ? first + last - 1 - c : c));
}
