/** Instances that fill one column row by row: days between dates, labels joined from parts. */
import { type CellDraft, copyOf, dateText, type Order, positionOf, put, quotingOf, rangeName, sheetOf, type TaskDraft } from "../draft.ts";
import { columnAt, frameOf, gapAfter, tableSheet } from "../table.ts";

export function dayCountTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const start = shape.pick(domain.start);
  const end = shape.pick(domain.end);
  const target = shape.pick(["Duration", "Days", "Length"]);
  const both = turn % 2 === 0;
  const frame = frameOf(shape, domain, [start, end], [target]);
  const count = shape.int(12, 26);
  const gap = hazards.has("short-range");
  const spelling = shape.int(0, 2);
  const format = shape.pick(["dd.mm.yyyy", "yyyy-mm-dd", "mm/dd/yyyy"]);
  const column = columnAt(frame, target);
  const last = frame.top + count + (gap ? 1 : 0);
  const range = rangeName(frame.top + 1, column, last, column);
  const rule = both
    ? shape.pick([
        " Count both the first and the last day.",
        " The count is inclusive, so one that begins and ends on the same day is 1 day.",
      ])
    : shape.pick([" The same day twice gives 0.", " It is the time elapsed that matters, so equal dates give 0."]);
  const texts = [
    `For every ${domain.entity} I need the number of days from ${q(start)} to ${q(end)} in ${range}.`,
    `Please work out how many days lie between ${q(start)} and ${q(end)} and enter the figure in ${range} of ${q(data)}.`,
    `${range} should tell how long each ${domain.entity} took: days from ${q(start)} until ${q(end)}.`,
  ];
  return {
    instruction: `${texts[Math.floor(turn / 2) % texts.length]}${rule} Rows without an end date stay empty.`,
    type: "Cell-Level Manipulation",
    position: positionOf(shape, [data], data, range),
    draw(values) {
      const rows = Array.from({ length: count }, (_, i) => {
        const from = 45_200 + values.int(0, 300);
        return { from, to: i % 8 === 6 ? null : from + values.int(0, 40) };
      });
      const shown = (serial: number | null | undefined, i: number, part: number): CellDraft => {
        if (serial === null || serial === undefined) return null;
        return hazards.has("text-dates") && (i + part) % 4 === 1 ? dateText(serial, spelling) : { n: serial, format };
      };
      const shift = gapAfter(count, gap);
      const sheet = tableSheet(data, frame, 0, values, domain, {});
      const body = tableSheet("", { ...frame, top: 0, left: 0, title: undefined }, count, values, domain, {
        [start]: (i) => shown(rows[i]?.from, i, 0),
        [end]: (i) => shown(rows[i]?.to, i, 2),
      });
      body.rows.slice(1).forEach((row, i) => {
        row.forEach((cell, c) => {
          put(sheet, frame.top + 1 + shift(i), frame.left + c, cell);
        });
      });
      const input = { sheets: [sheet] };
      const answer = copyOf(input);
      rows.forEach((row, i) => {
        put(sheetOf(answer, data), frame.top + 1 + shift(i), column, row.to === null ? null : row.to - row.from + (both ? 1 : 0));
      });
      return { input, answer };
    },
  };
}

export function composeLabelTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const site = shape.pick(["Site", "Unit", "Plant"]);
  const number = shape.pick(["Serial", "Running No", "Seq"]);
  const target = shape.pick(["Tag", "Full Code", "Marker"]);
  const frame = frameOf(shape, domain, [site, number], [target]);
  const count = shape.int(12, 26);
  const gap = hazards.has("short-range");
  const width = shape.int(4, 5);
  const [word, mark] = shape.pick([
    ["dash", "-"],
    ["slash", "/"],
    ["underscore", "_"],
  ] as const);
  const sites = shape.pick([
    ["HR", "LAB", "OPS", "FIN"],
    ["Kiln A", "Kiln B", "Yard", "Dock 7"],
    ["nx", "qa", "rt", "zz"],
  ]);
  const stored = shape.chance(0.5) ? "text" : "number";
  const column = columnAt(frame, target);
  const last = frame.top + count + (gap ? 1 : 0);
  const range = rangeName(frame.top + 1, column, last, column);
  const sample = `${sites[0]}${mark}${"42".padStart(width, "0")}`;
  const texts = [
    `Fill ${range} with a tag made up of ${q(site)}, a ${word} and ${q(number)}, for example ${sample}.`,
    `How can I join ${q(site)} and ${q(number)} with a ${word} in between? The results should look like ${sample} and stand in ${range}.`,
    `Please build the text in ${range} on ${q(data)} from ${q(site)} and ${q(number)}, separated by a ${word}, as in ${sample}.`,
  ];
  return {
    instruction: texts[turn % texts.length] ?? "",
    type: "Cell-Level Manipulation",
    position: positionOf(shape, [data], data, range),
    draw(values) {
      const rows = Array.from({ length: count }, () => ({ site: values.pick(sites), n: values.int(3, 999) }));
      const shift = gapAfter(count, gap);
      const sheet = tableSheet(data, frame, 0, values, domain, {});
      const body = tableSheet("", { ...frame, top: 0, left: 0, title: undefined }, count, values, domain, {
        [site]: (i) => (hazards.has("hard-blanks") && i % 3 === 1 ? `\u00a0${rows[i]?.site}\u00a0` : (rows[i]?.site ?? null)),
        [number]: (i) => {
          const n = rows[i]?.n ?? 0;
          return stored === "text" ? String(n).padStart(width, "0") : { n, format: "0".repeat(width) };
        },
      });
      body.rows.slice(1).forEach((row, i) => {
        row.forEach((cell, c) => {
          put(sheet, frame.top + 1 + shift(i), frame.left + c, cell);
        });
      });
      const input = { sheets: [sheet] };
      const answer = copyOf(input);
      rows.forEach((row, i) => {
        put(sheetOf(answer, data), frame.top + 1 + shift(i), column, `${row.site}${mark}${String(row.n).padStart(width, "0")}`);
      });
      return { input, answer };
    },
  };
}
