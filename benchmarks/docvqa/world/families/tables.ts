/** Questions on tables: one cell, the row with the highest or lowest figure, and the total of an invoice. */
import { concluded, type FamilySolver, type Job, longestMentioned, type Scene, type Sprung, stepOf } from "../family.ts";
import type { Segment } from "../lines.ts";

interface Table {
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (string | undefined)[] }[];
}

const FIGURE = /^\d[\d,.]*$/;

/** The table whose columns end where their figures end; undefined when the page has none. */
function tableOf({ segments }: Scene): Table | undefined {
  const rowNumbers = [...new Set(segments.map((s) => s.row))];
  const on = (row: number): readonly Segment[] => segments.filter((s) => s.row === row);
  for (const row of rowNumbers) {
    const [head, ...columns] = on(row);
    if (head === undefined || columns.length < 3) continue;
    const body = rowNumbers
      .filter((r) => r > row)
      .map(on)
      .filter(([name, ...cells]) => name?.column === head.column && cells.length > 0)
      .filter(([, ...cells]) => cells.every((cell) => FIGURE.test(cell.text) && columns.some((c) => c.end === cell.end)));
    if (body.length < 2) continue;
    return {
      head: head.text,
      columns: columns.map((c) => c.text),
      rows: body.map(([name, ...cells]) => ({
        name: name?.text ?? "",
        cells: columns.map((c) => cells.find((cell) => cell.end === c.end)?.text),
      })),
    };
  }
  return undefined;
}

const isYear = (text: string): boolean => /^(?:1[89]|20)\d\d$/.test(text);

/** Which column is read: the asked one, or the first where the other-year trap is sprung. */
function columnFor(table: Table, asked: number, sprung: Sprung): number {
  return sprung.has("other-year") && isYear(table.columns[asked] ?? "") ? 0 : asked;
}

/** One cell, where the row of the question meets its column. */
export const tableCell: FamilySolver = {
  families: [
    { id: "table-cell", title: "Cell of a table", traps: ["other-year", "shifted-column", "scaled-figure"] },
    { id: "invoice-item", title: "Price on an invoice", traps: ["shifted-column"] },
  ],
  understand(scene) {
    const table = tableOf(scene);
    const row = table === undefined ? undefined : longestMentioned(scene.question, table.rows, (r) => r.name);
    const column = table === undefined ? undefined : longestMentioned(scene.question, table.columns, (c) => c);
    if (table === undefined || row === undefined || column === undefined) return undefined;
    const asked = table.columns.indexOf(column);
    const scaled = scene.segments.some((s) => /\bin (?:thousands|millions)\b/i.test(s.text));
    return {
      family: isYear(column) ? "table-cell" : "invoice-item",
      work(sprung) {
        const at = columnFor(table, asked, sprung);
        const filled = row.cells.filter((cell) => cell !== undefined);
        const figure = (sprung.has("shifted-column") ? filled[at] : undefined) ?? row.cells[at] ?? filled[0] ?? "";
        const steps = [
          stepOf(sprung, "other-year", {
            sprung: `The first column of figures is headed "${table.columns[at]}".`,
            sound: `The column that is asked for is headed "${table.columns[at]}".`,
          }),
          stepOf(sprung, "shifted-column", {
            sprung: `Figure number ${at + 1} behind "${row.name}" is ${figure}.`,
            sound: `Straight below that heading, in the row "${row.name}", stands ${figure}.`,
          }),
        ];
        if (!scaled) return { steps, answer: figure };
        const last = stepOf(sprung, "scaled-figure", {
          sprung: "The table is in thousands, so I multiply.",
          sound: "The note on the scale does not change what is printed.",
        });
        return { steps: [...steps, last], answer: sprung.has("scaled-figure") ? `${figure},000` : figure };
      },
    };
  },
};

const HIGH = /\b(?:highest|largest|greatest|biggest|most)\b/i;
const LOW = /\b(?:lowest|smallest|least|fewest)\b/i;

/** The row that leads in the asked year. */
export const tableExtreme: FamilySolver = {
  families: [{ id: "table-extreme", title: "Leading row of a table", traps: ["other-year", "wrapped-in-sentence"] }],
  understand(scene) {
    const high = HIGH.test(scene.question);
    const table = high || LOW.test(scene.question) ? tableOf(scene) : undefined;
    const column = table === undefined ? undefined : longestMentioned(scene.question, table.columns, (c) => c);
    if (table === undefined || column === undefined) return undefined;
    const word = high ? "highest" : "lowest";
    return {
      family: "table-extreme",
      work(sprung) {
        const at = columnFor(table, table.columns.indexOf(column), sprung);
        const best = leader(table, at, high);
        const steps = [
          stepOf(sprung, "other-year", {
            sprung: `I go down the first column of figures, headed "${table.columns[at]}".`,
            sound: `I go down the column of the question, headed "${table.columns[at]}".`,
          }),
          `The ${word} figure there belongs to ${best}.`,
        ];
        return concluded(sprung, steps, best, (text) => `As the table shows, the ${word} figure of that year was recorded for ${text}.`);
      },
    };
  },
};

function leader(table: Table, column: number, high: boolean): string {
  let best: { readonly name: string; readonly figure: number } | undefined;
  for (const { name, cells } of table.rows) {
    const cell = cells[column];
    if (cell === undefined) continue;
    const figure = Number(cell.replaceAll(",", ""));
    if (best === undefined || (high ? figure > best.figure : figure < best.figure)) best = { name, figure };
  }
  return best?.name ?? "";
}

/** What is due in the end, below everything that is added. */
export const invoiceTotal: FamilySolver = {
  families: [{ id: "invoice-total", title: "Total of an invoice", traps: ["subtotal-for-total", "wrapped-in-sentence"] }],
  understand(scene) {
    if (!/\btotal\b/i.test(scene.question)) return undefined;
    const lines = scene.segments.flatMap((label): { readonly label: string; readonly value: string }[] => {
      const value = scene.segments.find((s) => s.row === label.row && s.column > label.column);
      return /total/i.test(label.text) && value !== undefined && FIGURE.test(value.text) ? [{ label: label.text, value: value.text }] : [];
    });
    const [first, last] = [lines[0], lines.findLast(({ label }) => /\btotal\b/i.test(label))];
    return first === undefined || last === undefined ? undefined : totalJob(first, last);
  },
};

function totalJob(first: { label: string; value: string }, last: { label: string; value: string }): Job {
  return {
    family: "invoice-total",
    work(sprung) {
      const { label, value } = sprung.has("subtotal-for-total") ? first : last;
      const found = stepOf(sprung, "subtotal-for-total", {
        sprung: `The first total is "${label}": ${value}.`,
        sound: `The last line of the sum is "${label}": ${value}.`,
      });
      return concluded(sprung, [found], value, (text) => `The total amount that has to be paid on this invoice is ${text} in all.`);
    },
  };
}
