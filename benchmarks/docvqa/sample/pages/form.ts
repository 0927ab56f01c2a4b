/** A filled-in form: labels on the left, values beside them on the same lines. */
import {
  countText,
  drawPerson,
  drawUntil,
  farFrom,
  fullName,
  moneyText,
  type Order,
  type PageDraft,
  type QuestionDraft,
} from "../draft.ts";
import type { Random } from "../random.ts";
import { openSheet } from "../sheet.ts";
import { formFields, formMatters, formTitles, people, quantities, towns } from "../vocabulary.ts";

const fieldQuestions = [
  (label: string) => `What is the ${label}?`,
  (label: string) => `Which ${label} is entered on the form?`,
  (label: string) => `What is given as the ${label} on this form?`,
  (label: string) => `What does the form say under ${label}?`,
] as const;

const plainQuestions = [(label: string) => `What is the ${label}?`, (label: string) => `What ${label} is stated?`] as const;
const unitQuestions = [
  (label: string, unit: string) => `What is the ${label} in ${unit}?`,
  (label: string, unit: string) => `How many ${unit} are given as the ${label}?`,
] as const;

/** How a quantity is asked for, with its unit named in the question or not. */
export function askQuantity(order: { readonly turn: number; readonly named: boolean }, label: string, unit: string): string {
  const ask = order.named ? unitQuestions[order.turn % 2] : plainQuestions[order.turn % 2];
  return (ask ?? unitQuestions[0])(label, unit);
}

/** A figure so short that it is another answer without its unit, or with it. */
export function drawFigure(random: Random, unit: string): string {
  return drawUntil(
    () => countText(random.chance(0.5) ? random.int(12, 998) : random.int(1000, 9800)),
    (figure) => farFrom(figure, [`${figure} ${unit}`]) && farFrom(`${figure} ${unit}`, [figure]),
  );
}

interface Field {
  readonly label: string;
  readonly value: string;
}

/** Hazards: `value-below`, `amended-entry`, `unit-kept` (the question names the unit) or else `unit-dropped`. */
export function formPage({ random, turn, hazards }: Order): PageDraft {
  const sheet = openSheet(random);
  sheet.adorn({ kind: "emblem", row: 1, column: 56, number: random.int(0, 99) });
  sheet.center(2, random.pick(formTitles));
  sheet.center(3, `Form ${random.int(11, 98)}-${random.pick(["A", "B", "C"])}`);

  const quantity = random.pick(quantities);
  const figure = drawFigure(random, quantity.unit);
  const measured: Field = { label: quantity.label, value: `${figure} ${quantity.unit}` };
  const amended = hazards.has("amended-entry");
  const fields = drawUntil(
    () => drawFields(random, measured, { last: !hazards.has("value-below"), money: amended }),
    // Whoever reads one line too low must be wrong.
    (drawn) =>
      drawn.list.every((field, i) => farFrom(field.value, drawn.list[i + 1] === undefined ? [] : [drawn.list[i + 1]?.value ?? ""])),
  );
  const asked = fields.asked;
  let answer = asked.value;
  const top = 7;
  const gap = random.pick([2, 3]);
  fields.list.forEach(({ label, value }, i) => {
    sheet.type(top + gap * i, 5, `${label}:`);
    sheet.type(top + gap * i, 33, value);
    sheet.rule(top + gap * i, 32, 62);
  });
  sheet.adorn({ kind: "box", top: top - 1, bottom: top + gap * fields.list.length, from: 3, to: 63 });
  if (amended) {
    const row = top + gap * fields.list.length + 2;
    answer = drawUntil(
      () => moneyText(random.int(10_000, 990_000)),
      (text) => farFrom(text, [asked.value]),
    );
    sheet.type(top + gap * fields.list.indexOf(asked), 54, "VOID");
    sheet.type(row, 5, `${asked.label} (amended):`);
    sheet.type(row, 33, answer);
  }
  sheet.type(43, 5, `Page ${random.int(1, 4)} of ${random.int(5, 9)}`);

  const unit = hazards.has("unit-kept") ? "unit-kept" : "unit-dropped";
  const questions: QuestionDraft[] = [
    {
      family: "form-field",
      // Nothing stands below the amended entry.
      hazards: ["wrapped-in-sentence", ...[amended ? "amended-entry" : "value-below"].filter((h) => hazards.has(h))],
      question: (fieldQuestions[turn % fieldQuestions.length] ?? fieldQuestions[0])(asked.label),
      answer,
      types: ["form"],
    },
    {
      family: "form-quantity",
      hazards: [unit, "value-below"],
      question: askQuantity({ turn: Math.floor(turn / 2), named: unit === "unit-kept" }, measured.label, quantity.unit),
      answer: unit === "unit-kept" ? figure : measured.value,
      types: ["form", "layout"],
    },
  ];
  return { page: sheet.page(), questions };
}

/** Fields in the order of the form; the measured one is never last, the asked one only where it has to be. */
function drawFields(random: Random, measured: Field, { last, money }: { last: boolean; money: boolean }): { list: Field[]; asked: Field } {
  const one = (label: string, value: string): Field => ({ label, value });
  const code = `${random.pick(["KX", "TR", "BL", "MW"])}-${random.int(1000, 9999)}-${random.int(10, 99)}`;
  const deposit = one(random.pick(formFields.money), moneyText(random.int(10_000, 990_000)));
  const matter = random.pick(formMatters);
  const others = [
    one(random.pick(formFields.person), fullName(drawPerson(random), random.pick(people.initials))),
    one(random.pick(formFields.code), code),
    one(random.pick(formFields.place), random.pick(towns)),
    one(matter.label, random.pick(matter.values)),
    deposit,
  ];
  const asked = money ? deposit : random.pick(others.filter((field) => field !== deposit));
  const rest = random.some([...others.filter((field) => field !== asked), measured], 5);
  const list = [...rest.filter((field) => field !== measured)];
  list.splice(random.int(0, list.length - 2), 0, measured);
  list.splice(last ? list.length : random.int(0, list.length - 2), 0, asked);
  return { list, asked };
}
