/** A page with one statistical table: names down the side, years across. */
import { countText, drawUntil, farFrom, type Order, type PageDraft } from "../draft.ts";
import type { Random } from "../random.ts";
import { openSheet } from "../sheet.ts";
import { boards, groups, measures } from "../vocabulary.ts";

const cellQuestions = [
  (o: Asked) => `What was the ${o.measure} of ${o.name} in ${o.year}?`,
  (o: Asked) => `What figure is given for ${o.name} in ${o.year}?`,
  (o: Asked) => `How high was the ${o.measure} of ${o.name} in ${o.year}?`,
] as const;

const extremeQuestions = [
  (o: Asked, word: string) => `Which ${o.head} had the ${word} ${o.measure} in ${o.year}?`,
  (o: Asked, word: string) => `In ${o.year}, which ${o.head} had the ${word} ${o.measure}?`,
  (o: Asked, word: string) => `Name the ${o.head} with the ${word} ${o.measure} in ${o.year}.`,
] as const;

interface Asked {
  readonly head: string;
  readonly measure: string;
  readonly name: string;
  readonly year: number;
}

/** A row's figures; undefined where nothing was recorded. */
type Figures = readonly (number | undefined)[];

/** Right edges of the four columns of years. */
const edges = [34, 43, 52, 61] as const;

/** Hazards: `other-year`, `shifted-column`, `scaled-figure`. */
export function tablePage({ random, turn, hazards }: Order): PageDraft {
  const sheet = openSheet(random);
  const group = random.pick(groups);
  const measure = random.pick(measures);
  const first = random.int(1961, 1988);
  const years = [0, 1, 2, 3].map((i) => first + i);
  if (random.chance(0.4)) years.reverse();
  const names = random.some(group.names, 6);
  const scaled = hazards.has("scaled-figure");
  const shifted = hazards.has("shifted-column");
  const column = hazards.has("other-year") || shifted ? random.int(shifted ? 2 : 1, shifted ? 2 : 3) : 0;
  const asked = random.int(0, names.length - 1);
  const rows = drawUntil(
    () => names.map((_, row) => drawFigures(random, { large: !scaled, gap: shifted && row === asked, ragged: shifted })),
    (drawn) => holds(drawn, { names, asked, column, scaled }),
  );

  sheet.center(1, random.pick(boards));
  sheet.rule(2, 20, 46);
  sheet.center(4, `Table ${random.int(2, 19)}. Annual ${measure} by ${group.head.toLowerCase()}`);
  if (scaled) sheet.center(5, "(figures in thousands)");
  sheet.type(8, 5, group.head);
  years.forEach((year, i) => {
    sheet.typeTo(8, edges[i] ?? 0, String(year));
  });
  sheet.rule(8, 4, 62);
  names.forEach((name, row) => {
    sheet.type(10 + 2 * row, 5, name);
    rows[row]?.forEach((figure, i) => {
      if (figure !== undefined) sheet.typeTo(10 + 2 * row, edges[i] ?? 0, countText(figure));
    });
  });
  sheet.adorn({ kind: "box", top: 7, bottom: 22, from: 4, to: 62 });
  sheet.type(25, 5, `Source: returns of the ${random.pick(["stations", "members", "county offices"])}.`);
  sheet.center(43, `- ${random.int(3, 88)} -`);

  const order: Asked = { head: group.head, measure, name: names[asked] ?? "", year: years[column] ?? first };
  const highest = turn % 2 === 0;
  const extreme = extremeColumn(rows, highest);
  const on = hazards.has("other-year") ? extreme : 0;
  return {
    page: sheet.page(),
    questions: [
      {
        family: "table-cell",
        hazards: [...(column > 0 ? ["other-year"] : []), ...["shifted-column", "scaled-figure"].filter((h) => hazards.has(h))],
        question: (cellQuestions[turn % cellQuestions.length] ?? cellQuestions[0])(order),
        answer: countText(rows[asked]?.[column] ?? 0),
        types: ["table/list"],
      },
      {
        family: "table-extreme",
        hazards: ["wrapped-in-sentence", ...(on > 0 ? ["other-year"] : [])],
        question: (extremeQuestions[turn % extremeQuestions.length] ?? extremeQuestions[0])(
          { ...order, year: years[on] ?? first },
          highest ? random.pick(["highest", "largest"]) : random.pick(["lowest", "smallest"]),
        ),
        answer: names[bestRow(rows, on, highest)] ?? "",
        types: ["table/list", "layout"],
      },
    ],
  };
}

function drawFigures(random: Random, { large, gap, ragged }: { large: boolean; gap: boolean; ragged: boolean }): Figures {
  const figure = () => (large && random.chance(0.4) ? random.int(1000, 9800) : random.int(101, 990));
  const missing = gap || (ragged && random.chance(0.2));
  return [missing ? undefined : figure(), figure(), figure(), figure()];
}

/** Whether every wrong way leads to a wrong answer. */
function holds(rows: readonly Figures[], on: { names: readonly string[]; asked: number; column: number; scaled: boolean }): boolean {
  const own = rows[on.asked] ?? [];
  const right = countText(own[on.column] ?? 0);
  const others = own.flatMap((figure, i) => (figure === undefined || i === on.column ? [] : [countText(figure)]));
  if (!farFrom(right, [...others, ...(on.scaled ? [`${right},000`] : [])])) return false;
  return [true, false].every((highest) => {
    const column = extremeColumn(rows, highest);
    const [there, here] = [on.names[bestRow(rows, 0, highest)] ?? "", on.names[bestRow(rows, column, highest)] ?? ""];
    return column > 0 && farFrom(here, [there]);
  });
}

/** The first row with the highest or lowest figure of the column. */
function bestRow(rows: readonly Figures[], column: number, highest: boolean): number {
  let best = -1;
  rows.forEach((row, i) => {
    const [figure, lead] = [row[column], rows[best]?.[column]];
    if (figure !== undefined && (lead === undefined || (highest ? figure > lead : figure < lead))) best = i;
  });
  return best;
}

/** The last column in which another row leads than in the first; 0 when none does. */
function extremeColumn(rows: readonly Figures[], highest: boolean): number {
  return [3, 2, 1].find((column) => bestRow(rows, column, highest) !== bestRow(rows, 0, highest)) ?? 0;
}
