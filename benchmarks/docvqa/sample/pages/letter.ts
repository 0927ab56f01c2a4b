/** A letter: letterhead, date, addressee, body, signature block. */
import { drawDay, drawPerson, drawUntil, farFrom, fullName, isoDay, monthName, type Order, type PageDraft, stampedDay } from "../draft.ts";
import { openSheet } from "../sheet.ts";
import { closings, companies, letterLines, people, positions, streets, towns } from "../vocabulary.ts";

const signerQuestions = [
  "Who signed the letter?",
  "Whose signature is on this letter?",
  "What is the name of the person who signed the letter?",
  "By whom was the letter signed?",
] as const;

const dateQuestions = [
  "What is the date of the letter?",
  "When was this letter written?",
  "On what date was the letter sent?",
  "What date does the letter bear?",
] as const;

/** Hazards: `signature-name`, `reformatted-date`, `received-stamp`. */
export function letterPage({ random, turn, hazards }: Order): PageDraft {
  const sheet = openSheet(random);
  const [head, other] = random.some(companies, 2);
  const [street, town] = [random.pick(streets), random.pick(towns)];
  sheet.adorn({ kind: "emblem", row: 1, column: 3, number: random.int(0, 99) });
  sheet.center(1, head ?? "");
  sheet.center(2, `${street}, ${town}`);
  sheet.rule(3);

  const signer = drawUntil(
    () => drawPerson(random),
    (p) => farFrom(fullName(p, "X."), [p.familiar]),
  );
  const name = fullName(signer, random.pick(people.initials));
  const reader = drawUntil(
    () => drawPerson(random),
    (p) => p.surname !== signer.surname,
  );
  const { printed, stamped } = drawUntil(
    () => {
      const [day, later] = [drawDay(random), drawDay(random)];
      const long = random.chance(0.5) ? `${monthName(day)} ${day.day}, ${day.year}` : `${day.day} ${monthName(day)} ${day.year}`;
      return { day, later, printed: hazards.has("reformatted-date") ? long : isoDay(day), stamped: stampedDay(later) };
    },
    ({ day, later, printed: text, stamped: stamp }) =>
      farFrom(text, [stamp, isoDay(later)]) && (!hazards.has("reformatted-date") || farFrom(text, [isoDay(day)])),
  );
  sheet.type(6, random.pick([4, 40]), printed);

  sheet.type(9, 4, fullName(reader, random.pick(people.initials)));
  sheet.type(10, 4, other ?? "");
  sheet.type(11, 4, random.pick(streets));
  sheet.type(12, 4, random.pick(towns));
  if (hazards.has("received-stamp")) {
    sheet.type(10, 48, "RECEIVED");
    sheet.type(11, 48, stamped);
    sheet.adorn({ kind: "box", top: 10, bottom: 12, from: 47, to: 60 });
  }
  sheet.type(15, 4, `Dear ${reader.given} ${reader.surname}:`);
  random.some(letterLines, 5).forEach((line, i) => {
    sheet.type(17 + 2 * i, 4, line);
  });
  const column = random.pick([4, 36]);
  sheet.type(28, column, random.pick(closings));
  if (hazards.has("signature-name")) sheet.type(30, column + 1, `~ ${signer.familiar} ~`);
  sheet.type(32, column, name);
  sheet.type(33, column, random.pick(positions));
  sheet.type(37, 4, `cc: ${fullName(drawPerson(random), random.pick(people.initials))}`);

  return {
    page: sheet.page(),
    questions: [
      {
        family: "letter-signer",
        hazards: ["wrapped-in-sentence", ...["signature-name"].filter((h) => hazards.has(h))],
        question: signerQuestions[turn % signerQuestions.length] ?? signerQuestions[0],
        answer: name,
        types: ["handwritten", "layout"],
      },
      {
        family: "letter-date",
        hazards: ["reformatted-date", "received-stamp"].filter((h) => hazards.has(h)),
        question: dateQuestions[turn % dateQuestions.length] ?? dateQuestions[0],
        answer: printed,
        types: ["free_text"],
      },
    ],
  };
}
