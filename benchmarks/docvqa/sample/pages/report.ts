/** The first page of a report: running head, title, author, text and a list of key figures. */
import { drawPerson, drawUntil, farFrom, fullName, type Order, type PageDraft } from "../draft.ts";
import { openSheet } from "../sheet.ts";
import { boards, paragraphs, people, quantities, series, titleAspects, titleRegions, titleSubjects } from "../vocabulary.ts";
import { askQuantity, drawFigure } from "./form.ts";

const titleQuestions = [
  "What is the title of the report?",
  "What is the title of this document?",
  "Which title does the report have?",
  "Under which title was the report issued?",
] as const;

/** Hazards: `running-head`, `wrapped-title`, `unit-kept` (the question names the unit) or else `unit-dropped`. */
export function reportPage({ random, turn, hazards }: Order): PageDraft {
  const sheet = openSheet(random);
  const wrapped = hazards.has("wrapped-title");
  const { head, lines } = drawUntil(
    () => {
      const [subject, aspect, region] = [random.pick(titleSubjects), random.pick(titleAspects), random.pick(titleRegions)];
      const title = wrapped ? [`${aspect} of`, `${subject} in ${region}, with Notes on Method`] : [`${aspect} of ${subject}`];
      return { head: `${random.pick(boards)}, ${random.pick(series)}`, lines: title };
    },
    ({ head: text, lines: title }) => farFrom(title.join(" "), [text, ...(title.length > 1 ? [title[0] ?? ""] : [])]),
  );
  if (hazards.has("running-head")) {
    sheet.center(1, head);
    sheet.rule(1, 6, 60);
  }
  lines.forEach((line, i) => {
    sheet.center(6 + i, line);
  });
  sheet.rule(4, 14, 52);
  sheet.rule(6 + lines.length, 14, 52);
  sheet.center(8 + lines.length, `by ${fullName(drawPerson(random), random.pick(people.initials))}`);
  sheet.type(14, 5, "1. Introduction");
  const [opening, closing] = random.some(paragraphs, 2);
  opening?.forEach((line, i) => {
    sheet.type(16 + i, 5, line);
  });
  sheet.type(21, 5, "2. Key figures");
  const listed = random.some(quantities, 4).map((quantity) => ({ ...quantity, figure: drawFigure(random, quantity.unit) }));
  listed.forEach(({ label, unit, figure }, i) => {
    sheet.type(23 + i, 7, `${label} ${".".repeat(24 - label.length)}  ${figure} ${unit}`);
  });
  sheet.type(30, 5, "3. Remarks");
  closing?.forEach((line, i) => {
    sheet.type(32 + i, 5, line);
  });
  sheet.center(43, `- ${random.int(3, 88)} -`);

  const asked = random.pick(listed);
  const named = hazards.has("unit-kept");
  return {
    page: sheet.page(),
    questions: [
      {
        family: "report-title",
        hazards: ["running-head", "wrapped-title"].filter((h) => hazards.has(h)),
        question: titleQuestions[turn % titleQuestions.length] ?? titleQuestions[0],
        answer: lines.join(" "),
        types: ["layout"],
      },
      {
        family: "report-quantity",
        hazards: [named ? "unit-kept" : "unit-dropped"],
        question: askQuantity({ turn: Math.floor(turn / 2), named }, asked.label, asked.unit),
        answer: named ? asked.figure : `${asked.figure} ${asked.unit}`,
        types: ["table/list", "layout"],
      },
    ],
  };
}
