/** Instances where rows take over what another sheet lists for the same key. */
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
import { columnAt, type Frame, frameOf, tableSheet } from "../table.ts";
import { people } from "../vocabulary.ts";

const missing = "not found";

export function lookUpTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const main = shape.pick(domain.sheets);
  const reference = shape.pick(domain.references);
  const key = shape.pick(domain.id);
  const fact = shape.pick(domain.facts);
  const keyThere = shape.chance(0.3) ? "Code" : key;
  const dated = hazards.has("first-match");
  const since = "Valid From";
  const count = shape.int(14, 30);
  const frame = frameOf(shape, domain, [key], [fact]);
  const other: Frame = {
    top: 0,
    left: 0,
    headers: shape.shuffle([keyThere, fact, ...(dated ? [since] : []), ...domain.facts.filter((f) => f !== fact).slice(0, 2)]),
    fillers: new Map(),
    title: undefined,
  };
  const order = shape.chance(0.5) ? [main, reference] : [reference, main];
  const column = columnAt(frame, fact);
  const range = rangeName(frame.top + 1, column, frame.top + count, column);
  const named = keyThere === key ? q(key) : `${q(key)} (called ${q(keyThere)} there)`;
  const texts = [
    `I keep one line per ${domain.entity} on the ${q(main)} sheet, and ${q(reference)} holds the master data. Please fill ${range} with the ${q(fact)} that ${q(reference)} lists for the same ${named}.`,
    `I need help pulling ${q(fact)} from the ${q(reference)} sheet into ${q(main)}. The two have ${named} in common, and the results should go into ${range}.`,
    `How can I get the matching ${q(fact)} for each ${named}? The list to look it up in is on ${q(reference)}; results belong in ${range} of the ${q(main)} sheet.`,
    `${range} on ${q(main)} is still empty. Each cell there should show the ${q(fact)} from ${q(reference)} that belongs to the ${named} in the same row.`,
  ];
  const extra = dated ? ` Some entries come up several times on ${q(reference)}; the most recent one by ${q(since)} counts.` : "";
  return {
    instruction: `${texts[turn % texts.length]}${extra} Where there is no entry, write "${missing}".`,
    type: "Cell-Level Manipulation",
    position: positionOf(shape, order, main, range),
    draw(values) {
      const entries = Array.from({ length: 12 }, (_, i) => ({
        key: `${domain.idPrefix}${values.int(10, 99)}${String.fromCharCode(65 + i)}`,
        fact: values.chance(0.5) ? money(values, 5, 900) : `${values.pick(people)} ${i}`,
        since: 45_000 + values.int(0, 200),
      }));
      const listed = dated
        ? [
            ...entries,
            ...entries.filter((_, i) => i % 3 === 0).map((e, i) => ({ ...e, fact: `new ${i}`, since: e.since + values.int(20, 90) })),
          ]
        : entries;
      const keys = Array.from({ length: count }, (_, i) =>
        i % 9 === 5 ? `${domain.idPrefix}00Z` : values.pick(dated && i % 4 === 0 ? entries.filter((_, n) => n % 3 === 0) : entries).key,
      );
      const typed = keys.map((k, i) => (hazards.has("raw-match") && i % 5 === 1 ? untidy(values, k) : k));
      const held = new Map(listed.map((e) => [e.key, e]));
      const sheets: Record<string, SheetDraft> = {
        [main]: tableSheet(main, frame, count, values, domain, { [key]: (i) => typed[i] ?? null, [fact]: () => null }),
        [reference]: tableSheet(reference, other, listed.length, values, domain, {
          [keyThere]: (i) => listed[i]?.key ?? null,
          [fact]: (i) => listed[i]?.fact ?? null,
          [since]: (i) => ({ n: listed[i]?.since ?? 0, format: "yyyy-mm-dd" }),
          ...Object.fromEntries(domain.facts.filter((f) => f !== fact).map((f) => [f, (i: number) => `${f.slice(0, 2)}${i}`])),
        }),
      };
      const input = { sheets: order.map((name) => sheets[name]).filter((s) => s !== undefined) };
      const answer = copyOf(input);
      keys.forEach((k, i) => {
        put(sheetOf(answer, main), frame.top + 1 + i, column, held.get(k)?.fact ?? missing);
      });
      return { input, answer };
    },
  };
}

export function sheetReportTask({ shape, domain, hazards, turn }: Order): TaskDraft {
  const q = quotingOf(shape);
  const data = shape.pick(domain.sheets);
  const report = shape.pick(domain.reports);
  const key = shape.pick(domain.person);
  const facts = shape.shuffle(domain.facts).slice(0, shape.int(2, 3));
  const frame = frameOf(shape, domain, [key, ...facts]);
  const shown = shape.shuffle(facts);
  const count = shape.int(8, 14);
  const total = shape.int(16, 24);
  const order = hazards.has("wrong-sheet") ? [data, report] : [report, data];
  const top = shape.int(0, 1) * 2;
  const range = rangeName(top + 1, 1, top + count, shown.length);
  const list = facts
    .map(q)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");
  const texts = [
    `Please complete the ${q(report)} sheet. For every ${q(key)} listed there, bring over ${list} from ${q(data)}; the columns are not in the same order on the two sheets.`,
    `The ${q(report)} tab has a row per ${q(key)} and empty columns. I would like to fill them with the ${list} found on ${q(data)}.`,
    `Our ${q(data)} tab holds all details. How do I copy ${list} of each ${q(key)} to ${q(report)}, so that every value lands under its own header?`,
  ];
  return {
    instruction: `${texts[turn % texts.length]} The area to fill is ${range}.`,
    type: "Sheet-Level Manipulation",
    position: positionOf(shape, order, report, range),
    draw(values) {
      const names = values.shuffle(people).slice(0, total);
      const cells: Record<string, CellDraft[]> = Object.fromEntries(
        facts.map((f, n) => [f, names.map((_, i) => (n % 2 === 0 ? `${f.slice(0, 3)}-${i}${values.int(10, 99)}` : money(values, 1, 400)))]),
      );
      const source = tableSheet(data, frame, total, values, domain, {
        [key]: (i) => (hazards.has("raw-match") && i % 4 === 1 ? untidy(values, names[i] ?? "") : (names[i] ?? null)),
        ...Object.fromEntries(facts.map((f) => [f, (i: number) => cells[f]?.[i] ?? null])),
      });
      const picked = values
        .shuffle(names.map((_, i) => i).filter((i) => i % 4 !== 1))
        .slice(0, count - 2)
        .concat([1, 5]);
      const target: SheetDraft = { name: report, rows: [], header: top };
      if (top > 0) put(target, 0, 0, `${report} (draft)`);
      put(target, top, 0, key);
      shown.forEach((f, c) => {
        put(target, top, 1 + c, f);
      });
      picked.forEach((n, i) => {
        put(target, top + 1 + i, 0, names[n] ?? null);
      });
      const input = { sheets: order.map((name) => (name === data ? source : target)) };
      const answer = copyOf(input);
      picked.forEach((n, i) => {
        shown.forEach((f, c) => {
          put(sheetOf(answer, report), top + 1 + i, 1 + c, cells[f]?.[n] ?? null);
        });
      });
      return { input, answer };
    },
  };
}
