/** Instances whose answer is a sum: per label, per label and month, or over lines. */
import {
  type CellDraft,
  cellName,
  copyOf,
  dateText,
  money,
  type Order,
  positionOf,
  put,
  quotingOf,
  rangeName,
  type SheetDraft,
  serialOf,
  sheetOf,
  type TaskDraft,
  untidy,
} from "../draft.ts";
import { columnAt, frameOf, gapAfter, tableSheet } from "../table.ts";

export function conditionalTotalTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const apart = shape.chance(0.5);
  const home = apart ? shape.pick(domain.reports) : data;
  const label = shape.pick(domain.label);
  const amount = shape.pick(domain.amount);
  const status = shape.pick(domain.status);
  const only = turn % 3 === 2 ? shape.pick(domain.statuses) : undefined;
  const frame = frameOf(shape, domain, [label, amount, ...(only === undefined ? [] : [status])]);
  const count = shape.int(18, 36);
  const labels = shape.shuffle(domain.labels).slice(0, shape.int(4, 5));
  const top = apart ? 0 : frame.top;
  const left = apart ? 0 : frame.left + frame.headers.length + 1;
  const range = rangeName(top + 1, left + 1, top + labels.length, left + 1);
  const names = rangeName(top + 1, left, top + labels.length, left);
  const order = apart && shape.chance(0.5) ? [home, data] : [data, ...(apart ? [home] : [])];
  const where = apart ? ` of the ${q(data)} sheet` : "";
  const texts = [
    `${names} lists the names. Next to each of them, in ${range}, I would like the total ${q(amount)} of all rows${where} that carry this ${q(label)}.`,
    `Please add up ${q(amount)} per ${q(label)}${apart ? ` from ${q(data)}` : ""} and put the results into ${range}; the names to use are in ${names}.`,
    `What gives me the sum of ${q(amount)} for every ${q(label)} in ${names}? The records are on ${q(data)}, and the answers go to ${range}.`,
  ];
  const filter = only === undefined ? "" : ` Only rows where ${q(status)} is "${only}" count.`;
  const blank = hazards.has("subtotal-rows") ? " The list is a print-out from our bookkeeping program." : "";
  const id = [...frame.fillers].find(([, f]) => f === "id" || f === "note")?.[0];
  return {
    instruction: `${texts[turn % texts.length]}${filter}${blank}`,
    type: "Cell-Level Manipulation",
    position: positionOf(shape, order, home, range),
    draw(values) {
      const rows = Array.from({ length: count }, (_, i) => ({
        label: i < labels.length * 3 ? (labels[i % labels.length] ?? "") : values.pick(domain.labels),
        amount: money(values, 20, 2000) * (hazards.has("accounting-negatives") && i % 4 === 2 ? -1 : 1),
        status: i % 2 === 0 && only !== undefined ? only : values.pick(domain.statuses),
        error: hazards.has("error-cells") && i % 8 === 3,
      }));
      const shift = gapAfter(count, hazards.has("short-range"));
      const sheet: SheetDraft = tableSheet(data, frame, 0, values, domain, {});
      const body = tableSheet("", { ...frame, top: 0, left: 0, title: undefined }, count, values, domain, {
        [label]: (i) => (hazards.has("raw-match") && i % 4 === 1 ? untidy(values, rows[i]?.label ?? "") : (rows[i]?.label ?? null)),
        [status]: (i) => (hazards.has("raw-match") && i % 6 === 2 ? untidy(values, rows[i]?.status ?? "") : (rows[i]?.status ?? null)),
        [amount]: (i) => amountCell(rows[i]?.amount ?? 0, rows[i]?.error === true, hazards, i),
      });
      let extra = 0;
      body.rows.slice(1).forEach((row, i) => {
        row.forEach((cell, c) => {
          put(sheet, frame.top + 1 + shift(i) + extra, frame.left + c, cell);
        });
        if (hazards.has("subtotal-rows") && i % 6 === 5) {
          extra++;
          const at = frame.top + 1 + shift(i) + extra;
          put(sheet, at, columnAt(frame, label), rows[i]?.label ?? null);
          put(sheet, at, columnAt(frame, amount), money(values, 3000, 9000));
          put(sheet, at, id === undefined ? frame.left + frame.headers.length - 1 : columnAt(frame, id), "Subtotal");
        }
      });
      const sums = labels.map((name) =>
        rows.filter((r) => r.label === name && !r.error && (only === undefined || r.status === only)).reduce((sum, r) => sum + r.amount, 0),
      );
      const target: SheetDraft = apart ? { name: home, rows: [], header: 0 } : sheet;
      put(target, top, left, label);
      put(target, top, left + 1, "Total");
      labels.forEach((name, i) => {
        put(target, top + 1 + i, left, name);
      });
      const input = { sheets: order.map((name) => (name === home ? target : sheet)) };
      const answer = copyOf(input);
      sums.forEach((sum, i) => {
        put(sheetOf(answer, home), top + 1 + i, left + 1, Math.round(sum * 100) / 100);
      });
      return { input, answer };
    },
  };
}

/** An amount as it got into the sheet: a number, its text, its text in accounting style, or an error. */
export function amountCell(amount: number, error: boolean, hazards: ReadonlySet<string>, i: number): CellDraft {
  if (error) return { error: "#N/A" };
  if (hazards.has("accounting-negatives") && amount < 0) return `(${Math.abs(amount).toFixed(2)})`;
  if (hazards.has("text-numbers") && i % 5 === 2)
    return i % 2 === 0 ? amount.toFixed(2) : amount.toLocaleString("en-US", { minimumFractionDigits: 2 });
  return { n: amount, format: "#,##0.00" };
}

const months = "January February March April May June July August September October November December".split(" ");

export function monthTableTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const report = shape.pick(domain.reports);
  const label = shape.pick(domain.label);
  const amount = shape.pick(domain.amount);
  const date = shape.pick(domain.start);
  const frame = frameOf(shape, domain, [label, amount, date]);
  const labels = shape.shuffle(domain.labels).slice(0, 4);
  const first = shape.int(0, 6);
  const width = shape.int(3, 5);
  const short = shape.chance(0.5);
  const count = shape.int(24, 44);
  const order = hazards.has("wrong-sheet") ? [data, report] : [report, data];
  const spelling = shape.int(0, 2);
  const format = shape.pick(["dd/mm/yyyy", "yyyy-mm-dd", "d mmm yyyy"]);
  const range = rangeName(1, 1, labels.length, width);
  const texts = [
    `The ${q(report)} sheet is to show the total ${q(amount)} by ${q(label)} and month. Take the records from ${q(data)}; the month follows from ${q(date)}. Fill ${range}.`,
    `On ${q(data)} every ${domain.entity} has a ${q(date)}. Please sum up ${q(amount)} for each ${q(label)} and each month and enter the sums in ${range} of ${q(report)}.`,
    `I am building a month by month table on ${q(report)}: rows are ${q(label)}, columns are months. How can I fill ${range} with the sum of ${q(amount)} from ${q(data)}, going by ${q(date)}?`,
  ];
  return {
    instruction: `${texts[turn % texts.length]} Write 0 where nothing falls into a month.`,
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, order, report, range),
    draw(values) {
      const rows = Array.from({ length: count }, (_, i) => ({
        label: labels[i % labels.length] ?? "",
        month: first + values.int(0, width - 1),
        day: values.int(1, 28),
        amount: money(values, 20, 900),
      }));
      const source = tableSheet(data, frame, count, values, domain, {
        [label]: (i) => (hazards.has("raw-match") && i % 5 === 1 ? untidy(values, rows[i]?.label ?? "") : (rows[i]?.label ?? null)),
        [amount]: (i) => amountCell(rows[i]?.amount ?? 0, false, hazards, i),
        [date]: (i) => {
          const n = serialOf(2024, (rows[i]?.month ?? 0) + 1, rows[i]?.day ?? 1);
          return hazards.has("text-dates") && i % 4 === 2 ? dateText(n, spelling) : { n, format };
        },
      });
      const target: SheetDraft = { name: report, rows: [], header: 0 };
      put(target, 0, 0, label);
      for (let m = 0; m < width; m++) put(target, 0, 1 + m, short ? (months[first + m] ?? "").slice(0, 3) : (months[first + m] ?? ""));
      labels.forEach((name, i) => {
        put(target, 1 + i, 0, name);
      });
      const input = { sheets: order.map((name) => (name === data ? source : target)) };
      const answer = copyOf(input);
      labels.forEach((name, i) => {
        for (let m = 0; m < width; m++) {
          const sum = rows.filter((r) => r.label === name && r.month === first + m).reduce((s, r) => s + r.amount, 0);
          put(sheetOf(answer, report), 1 + i, 1 + m, Math.round(sum * 100) / 100);
        }
      });
      return { input, answer };
    },
  };
}

export function lineTotalTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const quantity = shape.pick(domain.quantity);
  const price = shape.pick(domain.price);
  const off = shape.pick(domain.discount);
  const discounted = shape.chance(0.6);
  const perLine = turn % 2 === 0;
  const frame = frameOf(shape, domain, [quantity, price, ...(discounted ? [off] : [])]);
  const count = shape.int(12, 26);
  const column = frame.left + frame.headers.length + 1;
  const cell = cellName(frame.top + 1, column);
  const less = discounted ? ` less ${q(off)} (a share such as 0.05)` : "";
  const rule = perLine
    ? shape.pick([
        " Every line is rounded to cents before it is added.",
        " Each row has to be rounded to two decimals first, since that is what we invoice.",
      ])
    : shape.pick([
        " Keep the lines unrounded; only the final figure is rounded to two decimals.",
        " Work at full precision and show the result with two decimals.",
      ]);
  const unpriced = hazards.has("error-cells") ? " Rows without a usable price do not count." : "";
  const texts = [
    `What do all rows come to? A row is worth ${q(quantity)} times ${q(price)}${less}, and I want the sum of them in ${cell}.`,
    `Please put into ${cell} the sum over the whole list of ${q(quantity)} multiplied by ${q(price)}${less}.`,
    `I need one figure in ${cell}: the products of ${q(quantity)} and ${q(price)}${less}, added together for the entire table.`,
  ];
  return {
    instruction: `${texts[Math.floor(turn / 2) % texts.length]}${rule}${unpriced}`,
    type: "Cell-Level Manipulation",
    position: positionOf(shape, [data], data, cell),
    draw(values) {
      const shift = gapAfter(count, hazards.has("short-range"));
      for (let attempt = 0; ; attempt++) {
        const own = values.fork("attempt", attempt);
        const rows = Array.from({ length: count }, () => ({
          q: own.int(1, 40),
          p: own.int(1000, 99_999) / 1000,
          d: own.pick([0, 0.05, 0.075, 0.1, 0.125]),
        }));
        const priced = (i: number) => !(hazards.has("error-cells") && i % 6 === 3);
        const lines = rows.filter((_, i) => priced(i)).map((r) => r.q * r.p * (discounted ? 1 - r.d : 1));
        const exact = lines.reduce((s, v) => s + v, 0);
        const rounded = lines.reduce((s, v) => s + Math.round((v + Number.EPSILON) * 100) / 100, 0);
        const safe = (v: number) => Math.abs(((v * 100) % 1) - 0.5) > 0.02;
        // Both readings must differ by a cent or more, and neither may hang on how half a cent is rounded.
        if (Math.abs(exact - rounded) < 0.011 || !safe(exact) || !lines.every(safe)) continue;
        const sheet = tableSheet(data, frame, 0, own, domain, {});
        const body = tableSheet("", { ...frame, top: 0, left: 0, title: undefined }, count, own, domain, {
          [quantity]: (i) => (hazards.has("text-numbers") && i % 6 === 2 ? String(rows[i]?.q) : (rows[i]?.q ?? null)),
          [price]: (i) =>
            !priced(i)
              ? { error: "#N/A" }
              : hazards.has("text-numbers") && i % 7 === 4
                ? String(rows[i]?.p)
                : { n: rows[i]?.p ?? 0, format: "0.000" },
          [off]: (i) => ({ n: rows[i]?.d ?? 0, format: "0.0%" }),
        });
        body.rows.slice(1).forEach((row, i) => {
          row.forEach((value, c) => {
            put(sheet, frame.top + 1 + shift(i), frame.left + c, value);
          });
        });
        put(sheet, frame.top, column, "All rows");
        const input = { sheets: [sheet] };
        const answer = copyOf(input);
        put(sheetOf(answer, data), frame.top + 1, column, Math.round((perLine ? rounded : exact) * 100) / 100);
        return { input, answer };
      }
    },
  };
}
