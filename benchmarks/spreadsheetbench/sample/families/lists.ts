/** Instances whose answer is a list drawn from a table: every value once, or the largest few. */
import {
  type CellDraft,
  copyOf,
  money,
  type Order,
  positionOf,
  put,
  quotingOf,
  rangeName,
  type SheetDraft,
  sheetOf,
  type TaskDraft,
  untidy,
} from "../draft.ts";
import type { Random } from "../random.ts";
import { type Frame, frameOf, gapAfter, tableSheet } from "../table.ts";
import { type Domain, people } from "../vocabulary.ts";
import { amountCell } from "./totals.ts";

/** The table, with a blank row or repeated header rows in it when the hazards say so. */
function brokenTable(
  name: string,
  frame: Frame,
  count: number,
  values: Random,
  domain: Domain,
  hazards: ReadonlySet<string>,
  cells: Readonly<Record<string, (i: number) => CellDraft>>,
): SheetDraft {
  const sheet = tableSheet(name, frame, 0, values, domain, {});
  const body = tableSheet("", { ...frame, top: 0, left: 0, title: undefined }, count, values, domain, cells);
  const shift = gapAfter(count, hazards.has("short-range"));
  let extra = 0;
  body.rows.slice(1).forEach((row, i) => {
    if (hazards.has("repeated-header") && i > 0 && i % 8 === 0) {
      frame.headers.forEach((h, c) => {
        put(sheet, frame.top + 1 + shift(i) + extra, frame.left + c, h);
      });
      extra++;
    }
    row.forEach((cell, c) => {
      put(sheet, frame.top + 1 + shift(i) + extra, frame.left + c, cell);
    });
  });
  return sheet;
}

export function distinctListTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const apart = hazards.has("wrong-sheet") || shape.chance(0.5);
  const home = apart ? shape.pick(domain.reports) : data;
  const person = shape.pick(domain.person);
  const frame = frameOf(shape, domain, [person, shape.pick(domain.amount)]);
  const amount = frame.headers.find((h) => domain.amount.includes(h)) ?? "";
  const size = shape.int(7, 10);
  const count = shape.int(20, 32);
  const top = apart ? 0 : frame.top;
  const left = apart ? 0 : frame.left + frame.headers.length + 1;
  const range = rangeName(top + 1, left, top + size, left);
  const order = apart ? (hazards.has("wrong-sheet") ? [data, home] : [home, data]) : [data];
  const heading = shape.chance(0.5) ? person : "Names";
  const texts = [
    `I need an alphabetical list of every ${q(person)} on ${q(data)}, each only once, in ${range}.`,
    `Please write the distinct ${q(person)} names from ${q(data)} to ${range}, sorted from A to Z, below the heading that is already there.`,
    `How can I get a sorted list without duplicates of the ${q(person)} column? It should stand in ${range}${apart ? ` of ${q(home)}` : ""}; the data is on ${q(data)}.`,
  ];
  return {
    instruction: texts[turn % texts.length] ?? "",
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, order, home, range),
    draw(values) {
      const names = values.shuffle(people).slice(0, size);
      const rows = Array.from({ length: count }, (_, i) =>
        i < size - 1 ? (names[i] ?? "") : i === count - 1 ? (names[size - 1] ?? "") : values.pick(names.slice(0, size - 1)),
      );
      const sheet = brokenTable(data, frame, count, values, domain, hazards, {
        [person]: (i) =>
          hazards.has("raw-match") && i >= size && i < count - 1 && i % 4 === 1 ? untidy(values, rows[i] ?? "") : (rows[i] ?? null),
        [amount]: () => ({ n: money(values, 10, 900), format: "#,##0.00" }),
      });
      const target: SheetDraft = apart ? { name: home, rows: [], header: 0 } : sheet;
      put(target, top, left, heading);
      const input = { sheets: order.map((name) => (name === home ? target : sheet)) };
      const answer = copyOf(input);
      [...names]
        .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
        .forEach((name, i) => {
          put(sheetOf(answer, home), top + 1 + i, left, name);
        });
      return { input, answer };
    },
  };
}

export function topListTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const apart = hazards.has("wrong-sheet") || shape.chance(0.4);
  const home = apart ? shape.pick(domain.reports) : data;
  const person = shape.pick(domain.person);
  const amount = shape.pick(domain.amount);
  const frame = frameOf(shape, domain, [person, amount]);
  const size = shape.pick([3, 5, 6, 8]);
  const count = shape.int(18, 25);
  const up = turn % 4 === 3;
  const top = apart ? 0 : frame.top;
  const left = apart ? 0 : frame.left + frame.headers.length + 1;
  const heads = shape.shuffle([person, amount]);
  const range = rangeName(top + 1, left, top + size, left + 1);
  const order = apart ? (hazards.has("wrong-sheet") ? [data, home] : [home, data]) : [data];
  const word = up ? "smallest" : shape.pick(["largest", "highest", "biggest"]);
  const texts = [
    `Show the ${size} ${word} ${q(amount)} figures of ${q(data)} in ${range}, together with their ${q(person)}, ${up ? "smallest" : "largest"} first.`,
    `I would like a short ranking in ${range}: ${q(person)} and ${q(amount)} of the ${size} rows on ${q(data)} with the ${word} ${q(amount)}, in order.`,
    `Which ${size} rows of ${q(data)} have the ${word} ${q(amount)}? Please list ${q(person)} and the figure in ${range}, under the headings given there.`,
  ];
  return {
    instruction: texts[turn % texts.length] ?? "",
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, order, home, range),
    draw(values) {
      const names = values.shuffle(people).slice(0, count);
      const cents = values.shuffle(Array.from({ length: count }, (_, i) => 20_000 + i * 4_321 + values.int(0, 3_000)));
      // Where a fault in the data must show, the rows it hits belong into the list.
      const ranked = cents.map((_, i) => i).sort((a, b) => ((cents[b] ?? 0) - (cents[a] ?? 0)) * (up ? -1 : 1));
      const marked = new Set([ranked[0], ranked[2]]);
      const errors = hazards.has("error-cells") ? new Set([ranked[1]]) : new Set<number | undefined>();
      const negative = hazards.has("accounting-negatives") ? new Set([ranked[0], ranked[1]]) : new Set<number | undefined>();
      const amounts = cents.map((c, i) => (c / 100) * (negative.has(i) ? -1 : 1));
      const late = hazards.has("short-range") ? ranked[0] : undefined;
      const seat = names.map((_, i) => i).sort((a, b) => Number(a === late) - Number(b === late) || a - b);
      const at = (i: number) => seat[i] ?? i;
      const sheet = brokenTable(data, frame, count, values, domain, hazards, {
        [person]: (i) => names[at(i)] ?? null,
        [amount]: (i) => {
          const n = at(i);
          if (hazards.has("text-numbers") && marked.has(n)) return (amounts[n] ?? 0).toFixed(2);
          return amountCell(amounts[n] ?? 0, errors.has(n), new Set([...hazards].filter((h) => h === "accounting-negatives")), n);
        },
      });
      const target: SheetDraft = apart ? { name: home, rows: [], header: 0 } : sheet;
      heads.forEach((h, c) => {
        put(target, top, left + c, h);
      });
      const input = { sheets: order.map((name) => (name === home ? target : sheet)) };
      const answer = copyOf(input);
      const best = amounts
        .map((amountOf, i) => ({ amountOf, i }))
        .filter(({ i }) => !errors.has(i))
        .sort((a, b) => (b.amountOf - a.amountOf) * (up ? -1 : 1))
        .slice(0, size);
      best.forEach(({ amountOf, i }, r) => {
        put(sheetOf(answer, home), top + 1 + r, left + heads.indexOf(person), names[i] ?? null);
        put(sheetOf(answer, home), top + 1 + r, left + heads.indexOf(amount), Math.round(amountOf * 100) / 100);
      });
      return { input, answer };
    },
  };
}
