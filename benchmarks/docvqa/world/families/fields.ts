/** Questions on labelled values: fields of a form, and quantities with their units. */
import { concluded, type FamilySolver, type Job, longestMentioned, mentions, type Scene, stepOf } from "../family.ts";
import type { Segment } from "../lines.ts";

interface Field {
  readonly label: string;
  readonly value: Segment;
  readonly row: number;
  /** The label is followed by dots that lead to the value. */
  readonly led: boolean;
  readonly amended: boolean;
  readonly void: boolean;
}

const AMENDED = / \(amended\)$/i;

/** Rows whose first run ends like a label, with the run to its right. */
function fieldsOf({ segments }: Scene): readonly Field[] {
  return segments.flatMap((segment) => {
    const ending = /(?::| \.{3,})$/.exec(segment.text)?.[0];
    const [value, note] = segments.filter((s) => s.row === segment.row && s.column > segment.column);
    if (ending === undefined || value === undefined) return [];
    const text = segment.text.slice(0, -ending.length);
    const voided = note !== undefined && /^VOID$/i.test(note.text);
    return [{ label: text.replace(AMENDED, ""), value, row: segment.row, led: ending !== ":", amended: AMENDED.test(text), void: voided }];
  });
}

const QUANTITY = /^(\d[\d,.]*) ([A-Za-z][A-Za-z ]*)$/;

/** The value on the label's own line; of a voided entry the amended one. */
export const labelledValue: FamilySolver = {
  families: [
    { id: "form-field", title: "Field of a form", traps: ["value-below", "amended-entry", "wrapped-in-sentence"] },
    { id: "form-quantity", title: "Quantity in a form", traps: ["value-below", "unit-dropped", "unit-kept"] },
    { id: "report-quantity", title: "Key figure of a report", traps: ["unit-dropped", "unit-kept"] },
  ],
  understand(scene) {
    const fields = fieldsOf(scene);
    const named = longestMentioned(scene.question, fields, (f) => f.label);
    if (named === undefined) return undefined;
    const own = fields.filter((f) => f.label.toLowerCase() === named.label.toLowerCase());
    const first = own[0] ?? named;
    const valid = first.void ? (own.find((f) => f.amended) ?? first) : first;
    return QUANTITY.test(valid.value.text) ? quantityJob(scene, valid) : fieldJob(scene, { first, valid });
  },
};

/** The run below the value, in its column, on the next row that has any. */
function below({ segments }: Scene, value: Segment): Segment | undefined {
  const next = Math.min(...segments.filter((s) => s.row > value.row).map((s) => s.row));
  return segments.find((s) => s.row === next && s.column === value.column);
}

function fieldJob(scene: Scene, { first, valid }: { first: Field; valid: Field }): Job {
  return {
    family: "form-field",
    work(sprung) {
      const field = sprung.has("amended-entry") ? first : valid;
      const lower = sprung.has("value-below") ? below(scene, field.value) : undefined;
      const answer = (lower ?? field.value).text;
      const steps = [
        stepOf(sprung, "amended-entry", {
          sprung: `The first line labelled "${first.label}" is row ${first.row}.`,
          sound: `The entry for "${valid.label}" that holds is on row ${valid.row}.`,
        }),
        stepOf(sprung, "value-below", {
          sprung: `The value that follows below it is ${answer}.`,
          sound: `The value on the same line is ${answer}.`,
        }),
      ];
      return concluded(
        sprung,
        steps,
        answer,
        (text) => `According to this form, the value that was entered as the ${first.label} is ${text}.`,
      );
    },
  };
}

function quantityJob(scene: Scene, field: Field): Job {
  const named = mentions(scene.question, QUANTITY.exec(field.value.text)?.[2] ?? "");
  return {
    family: field.led ? "report-quantity" : "form-quantity",
    work(sprung) {
      const lower = sprung.has("value-below") && !field.led ? below(scene, field.value) : undefined;
      const value = (lower ?? field.value).text;
      const found = stepOf(sprung, "value-below", {
        sprung: `The value that follows below "${field.label}" is ${value}.`,
        sound: `On the line of "${field.label}" stands ${value}.`,
      });
      const form = named
        ? stepOf(sprung, "unit-kept", {
            sprung: "I give the figure together with its unit.",
            sound: "The question already names the unit, so the figure alone is wanted.",
          })
        : stepOf(sprung, "unit-dropped", {
            sprung: "I give the number only.",
            sound: "The question names no unit, so the unit belongs to the answer.",
          });
      const withUnit = named ? sprung.has("unit-kept") : !sprung.has("unit-dropped");
      return { steps: [found, form], answer: withUnit ? value : (QUANTITY.exec(value)?.[1] ?? value) };
    },
  };
}
