/** Questions on letters: who signed, and when it was written. */
import { concluded, type FamilySolver, type Scene, stepOf } from "../family.ts";
import type { Segment } from "../lines.ts";

const TITLES = { signer: "Signer of a letter", date: "Date of a letter" } as const;

/** The typed name below the closing; the signature itself may be somebody's familiar name. */
export const letterSigner: FamilySolver = {
  families: [{ id: "letter-signer", title: TITLES.signer, traps: ["signature-name", "wrapped-in-sentence"] }],
  understand(scene) {
    if (!/\bsign(?:s|ed|er|ature)?\b/i.test(scene.question)) return undefined;
    const closing = scene.segments.findLast((s) => /^[A-Z][a-z]+(?: [a-z]+){0,2},$/.test(s.text));
    if (closing === undefined) return undefined;
    const block = scene.segments.filter((s) => s.row > closing.row && Math.abs(s.column - closing.column) <= 2);
    const signature = block.find((s) => /^~.*~$/.test(s.text));
    const typed = block.find((s) => s !== signature);
    if (typed === undefined) return undefined;
    const scrawl = signature?.text.replace(/^~ ?| ?~$/g, "") ?? typed.text;
    return {
      family: "letter-signer",
      work(sprung) {
        const name = sprung.has("signature-name") ? scrawl : typed.text;
        const found = stepOf(sprung, "signature-name", {
          sprung: `The signature under "${closing.text}" reads ${name}.`,
          sound: `Below the signature under "${closing.text}" the name is typed: ${name}.`,
        });
        return concluded(sprung, [found], name, (answer) => `The last lines show that the person who signed this letter is ${answer}.`);
      },
    };
  },
};

const MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december".split("|");

/** A run of words that is a date and nothing else, as year, month and day; undefined otherwise. */
export function readDate(text: string): { readonly iso: string } | undefined {
  const forms: readonly (readonly [RegExp, (m: RegExpExecArray) => readonly (string | undefined)[]])[] = [
    [/^(\d{4})-(\d{2})-(\d{2})$/, (m) => [m[1], m[2], m[3]]],
    [/^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/, (m) => [m[3], monthNumber(m[1]), m[2]]],
    [/^(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})$/, (m) => [m[3], monthNumber(m[2]), m[1]]],
  ];
  for (const [form, parts] of forms) {
    const match = form.exec(text);
    if (match === null) continue;
    const [year, month, day] = parts(match);
    if (year !== undefined && month !== undefined && day !== undefined)
      return { iso: `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` };
  }
  return undefined;
}

function monthNumber(name: string | undefined): string | undefined {
  const index = MONTHS.findIndex((month) => name !== undefined && month.startsWith(name.toLowerCase()));
  return index < 0 ? undefined : String(index + 1);
}

/** The date line above the addressee; other dates are stamped on the page. */
export const letterDate: FamilySolver = {
  families: [{ id: "letter-date", title: TITLES.date, traps: ["reformatted-date", "received-stamp"] }],
  understand(scene) {
    if (!/\bdate|\bwhen\b/i.test(scene.question) || !scene.segments.some((s) => /^Dear\b.*:$/.test(s.text))) return undefined;
    const dates = scene.segments.filter((s) => readDate(s.text) !== undefined);
    const stamped = dates.find((date) => isStamped(date, scene));
    const written = dates.find((date) => date !== stamped);
    if (written === undefined) return undefined;
    return {
      family: "letter-date",
      work(sprung) {
        const date = sprung.has("received-stamp") ? (stamped ?? written) : written;
        const found = stepOf(sprung, "received-stamp", {
          sprung: `The stamp gives the date ${date.text}.`,
          sound: `The date line below the letterhead reads ${date.text}.`,
        });
        const written_as = stepOf(sprung, "reformatted-date", {
          sprung: "I write it as year, month and day.",
          sound: "I copy it as it is printed.",
        });
        return { steps: [found, written_as], answer: sprung.has("reformatted-date") ? (readDate(date.text)?.iso ?? date.text) : date.text };
      },
    };
  },
};

/** A word in capitals directly above it belongs to a stamp. */
function isStamped(date: Segment, { segments }: Scene): boolean {
  return segments.some((s) => s.row === date.row - 1 && s.column < date.end && date.column < s.end && /^[A-Z]{4,}$/.test(s.text));
}
