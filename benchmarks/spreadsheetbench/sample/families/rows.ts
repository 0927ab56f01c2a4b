/** Instances that take rows out of a table, in place. */
import {
  type CellDraft,
  copyOf,
  dateText,
  type Order,
  positionOf,
  put,
  quotingOf,
  rangeName,
  type SheetDraft,
  type TaskDraft,
  untidy,
} from "../draft.ts";
import { type Frame, frameOf, tableSheet } from "../table.ts";

/** The answer: the rows that stay, closed up, and nothing below them. */
function closedUp(sheet: SheetDraft, frame: Frame, stay: readonly number[], count: number): void {
  const kept = stay.map((i) => [...(sheet.rows[frame.top + 1 + i] ?? [])]);
  const width = frame.left + frame.headers.length;
  for (let i = 0; i < count; i++) for (let c = 0; c < width; c++) put(sheet, frame.top + 1 + i, c, null);
  kept.forEach((row, i) => {
    row.forEach((cell, c) => {
      put(sheet, frame.top + 1 + i, c, cell);
    });
  });
}

export function deleteRowsTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const mode = hazards.has("text-numbers") ? 1 : hazards.has("raw-match") ? 0 : turn % 3;
  const status = shape.pick(domain.status);
  const quantity = shape.pick(domain.quantity);
  const person = shape.pick(domain.person);
  const header = [status, quantity, person][mode] ?? status;
  const gone = shape.pick(domain.statuses);
  const limit = shape.int(8, 15);
  const frame = frameOf(shape, domain, [header, shape.pick(domain.amount)]);
  const count = shape.int(16, 30);
  const amount = frame.headers.find((h) => domain.amount.includes(h)) ?? "";
  const range = rangeName(frame.top + 1, frame.left, frame.top + count, frame.left + frame.headers.length - 1);
  const condition = [`${q(header)} is "${gone}"`, `${q(header)} is below ${limit}`, `${q(header)} is empty`][mode];
  const texts = [
    `Please delete every row on ${q(data)} where ${condition} and close the gaps, so that the others keep their order.`,
    `I want to get rid of all rows in which ${condition}. What remains should move up without blank rows in between.`,
    `How can I remove the ${domain.entity} records whose ${condition}? The rest of the table on ${q(data)} must stay as it is, just moved up.`,
  ];
  return {
    instruction: texts[turn % texts.length] ?? "",
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, [data], data, range),
    draw(values) {
      const hit = Array.from({ length: count }, () => values.chance(0.3));
      const pairAt = values.int(2, count - 5);
      hit[pairAt] = true;
      hit[pairAt + 1] = true;
      hit[count - 2] = false;
      const cellOf = (i: number): CellDraft => {
        const out = hit[i] === true;
        if (mode === 2) return out ? null : `${values.pick(["A", "B", "C"])}. ${values.pick(["Novak", "Ferrer", "Stein", "Ruiz"])}`;
        if (mode === 1) {
          const n = out ? values.int(1, limit - 1) : values.int(limit, 60);
          return hazards.has("text-numbers") && i % 2 === pairAt % 2 ? String(n) : n;
        }
        const state = out ? gone : values.pick(domain.statuses.filter((s) => s !== gone));
        return hazards.has("raw-match") && (i % 4 === 1 || i === pairAt) ? untidy(values, state) : state;
      };
      const sheet = tableSheet(data, frame, count, values, domain, {
        [header]: cellOf,
        [amount]: (i) => ({ n: 100 + i * 3 + values.int(0, 2), format: "#,##0.00" }),
      });
      const input = { sheets: [sheet] };
      const answer = copyOf(input);
      const stay = hit.flatMap((out, i) => (out ? [] : [i]));
      if (answer.sheets[0] !== undefined) closedUp(answer.sheets[0], frame, stay, count);
      return { input, answer };
    },
  };
}

export function dedupeRowsTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const id = shape.pick(domain.id);
  const date = shape.pick(domain.start);
  const amount = shape.pick(domain.amount);
  const frame = frameOf(shape, domain, [id, date, amount]);
  const count = shape.int(16, 28);
  const newest = turn % 2 === 1;
  const spelling = shape.int(0, 2);
  const range = rangeName(frame.top + 1, frame.left, frame.top + count, frame.left + frame.headers.length - 1);
  const texts = [
    `The export on ${q(data)} has some ${q(id)} twice. Keep the first row of each, drop the later ones, and sort what is left by ${q(date)}, ${newest ? "newest first" : "oldest first"}.`,
    `Some rows of ${q(data)} are duplicates: the same ${q(id)} was entered more than once. I want only the first of them, and then the table arranged by ${q(date)} with the ${newest ? "latest on top" : "earliest on top"}.`,
    `How do I remove repeated rows (same ${q(id)}, the first one stays) and have the table sorted by ${q(date)}, ${newest ? "most recent first" : "earliest first"}?`,
  ];
  return {
    instruction: texts[turn % texts.length] ?? "",
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, [data], data, range),
    draw(values) {
      const days = values.shuffle(Array.from({ length: count }, (_, i) => 45_300 + i * 3 + values.int(0, 2)));
      const ids: string[] = [];
      const first: number[] = [];
      for (let i = 0; i < count; i++) {
        const again = i > 3 && i % 5 === 4;
        const name = again
          ? (ids[values.int(0, i - 1)] ?? "")
          : `${domain.idPrefix}${300 + i}${String.fromCharCode(97 + values.int(0, 25))}x`;
        if (!again) first.push(i);
        ids.push(name);
      }
      const sheet = tableSheet(data, frame, count, values, domain, {
        [id]: (i) => (hazards.has("raw-match") && i > 3 && i % 10 === 4 ? untidy(values, ids[i] ?? "") : (ids[i] ?? null)),
        [date]: (i) =>
          hazards.has("text-dates") && i % 4 === 1 ? dateText(days[i] ?? 0, spelling) : { n: days[i] ?? 0, format: "yyyy-mm-dd" },
        [amount]: (i) => ({ n: 200 + i * 7, format: "#,##0.00" }),
      });
      const input = { sheets: [sheet] };
      const answer = copyOf(input);
      const stay = [...first].sort((a, b) => ((days[a] ?? 0) - (days[b] ?? 0)) * (newest ? -1 : 1));
      if (answer.sheets[0] !== undefined) closedUp(answer.sheets[0], frame, stay, count);
      return { input, answer };
    },
  };
}
