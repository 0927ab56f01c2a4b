/** An invoice: items with quantity, discount, price and amount, then what is added up and what is due. */
import { drawDay, drawUntil, farFrom, isoDay, moneyText, type Order, type PageDraft } from "../draft.ts";
import type { Random } from "../random.ts";
import { openSheet } from "../sheet.ts";
import { companies, goods, streets, towns } from "../vocabulary.ts";

const totalQuestions = [
  "What is the total amount of the invoice?",
  "What is the total to be paid?",
  "How much is the total on this invoice?",
  "What total amount is due?",
] as const;

const priceQuestions = [
  (item: string) => `What is the Unit Price of ${item}?`,
  (item: string) => `Which Unit Price is charged for ${item}?`,
  (item: string) => `What Unit Price does the invoice give for ${item}?`,
] as const;

interface Line {
  readonly item: string;
  readonly quantity: number;
  readonly discount: number | undefined;
  readonly price: number;
  readonly amount: number;
}

const heads = ["Item", "Qty", "Discount", "Unit Price", "Amount"] as const;
/** Right edges of the columns behind the first. */
const edges = [28, 39, 51, 63] as const;

/** Hazards: `subtotal-for-total`, `shifted-column`. */
export function invoicePage({ random, turn, hazards }: Order): PageDraft {
  const sheet = openSheet(random);
  const [seller, buyer] = random.some(companies, 2);
  sheet.adorn({ kind: "emblem", row: 1, column: 3, number: random.int(0, 99) });
  sheet.type(1, 9, seller ?? "");
  sheet.type(2, 9, `${random.pick(streets)}, ${random.pick(towns)}`);
  sheet.typeTo(1, 63, "INVOICE");
  sheet.typeTo(3, 63, `No. ${random.int(10_000, 99_999)}`);
  sheet.typeTo(4, 63, isoDay(drawDay(random)));
  sheet.type(6, 4, "Bill to:");
  sheet.type(6, 14, buyer ?? "");
  sheet.type(7, 14, random.pick(towns));

  const short = hazards.has("shifted-column");
  const { lines, asked } = drawUntil(
    () => drawLines(random, short),
    // The empty cell moves the figures behind it one column to the left.
    ({ asked: line }) => farFrom(moneyText(line.price), [moneyText(line.amount)]),
  );
  heads.forEach((head, i) => {
    if (i === 0) sheet.type(11, 4, head);
    else sheet.typeTo(11, edges[i - 1] ?? 0, head);
  });
  sheet.rule(11);
  lines.forEach(({ item, quantity, discount, price, amount }, i) => {
    const row = 13 + 2 * i;
    sheet.type(row, 4, item);
    [String(quantity), discount === undefined ? "" : moneyText(discount), moneyText(price), moneyText(amount)].forEach((text, column) => {
      sheet.typeTo(row, edges[column] ?? 0, text);
    });
  });
  const bottom = 14 + 2 * lines.length;
  sheet.rule(bottom, 36);
  const sum = lines.reduce((total, line) => total + line.amount, 0);
  const extras = drawUntil(
    () => ({ freight: random.int(20_000, 400_000), tax: Math.round((sum * random.int(3, 9)) / 100) }),
    ({ freight, tax }) => farFrom(moneyText(sum + freight + tax), [moneyText(sum)]),
  );
  const split = hazards.has("subtotal-for-total");
  const total = moneyText(split ? sum + extras.freight + extras.tax : sum);
  const label = random.pick(["TOTAL", "Total Due", "Invoice Total"]);
  const rows: readonly (readonly [string, string])[] = split
    ? [
        ["Subtotal", moneyText(sum)],
        ["Freight", moneyText(extras.freight)],
        ["Sales Tax", moneyText(extras.tax)],
        [label, total],
      ]
    : [[label, total]];
  rows.forEach(([name, value], i) => {
    sheet.type(bottom + 2 + 2 * i, 36, name);
    sheet.typeTo(bottom + 2 + 2 * i, 63, value);
  });
  sheet.center(43, "Please pay within thirty days. Thank you.");

  return {
    page: sheet.page(),
    questions: [
      {
        family: "invoice-total",
        hazards: ["wrapped-in-sentence", ...["subtotal-for-total"].filter((h) => hazards.has(h))],
        question: totalQuestions[turn % totalQuestions.length] ?? totalQuestions[0],
        answer: total,
        types: ["table/list", "form"],
      },
      {
        family: "invoice-item",
        hazards: ["shifted-column"].filter((h) => hazards.has(h)),
        question: (priceQuestions[turn % priceQuestions.length] ?? priceQuestions[0])(asked.item),
        answer: moneyText(asked.price),
        types: ["table/list"],
      },
    ],
  };
}

function drawLines(random: Random, short: boolean): { readonly lines: readonly Line[]; readonly asked: Line } {
  const items = random.some(goods, random.int(3, 5));
  const at = random.int(0, items.length - 1);
  const lines = items.map((item, i): Line => {
    const [quantity, price] = [random.int(3, 48), random.int(120, 9900)];
    const off = i === at ? !short : random.chance(0.5);
    const discount = off ? Math.max(5, Math.round((quantity * price * random.int(2, 12)) / 100)) : undefined;
    return { item, quantity, discount, price, amount: quantity * price - (discount ?? 0) };
  });
  const asked = lines[at];
  if (asked === undefined) throw new RangeError("no line to ask for");
  return { lines, asked };
}
