/** The planted truth: every way the simulated solver can go wrong over a table, and the lesson that avoids it. */
import type { LessonGroup, PlantedLesson, Sign, Trap } from "../../../harness/core/world.ts";
import { type SharedLesson, sharedGroups } from "./shared-groups.ts";
import { sloppyWordings, wordings } from "./wordings.ts";

const shared = (id: SharedLesson): { readonly id: string; readonly groups: readonly LessonGroup[] } => ({ id, groups: sharedGroups[id] });

interface Draft extends Omit<Trap, "lesson"> {
  readonly lesson: Pick<PlantedLesson, "id" | "groups" | "title" | "contradicts">;
}

const anyNumber: readonly Sign[] = ["empty", "lower", "higher", "off-by-one", "other", "extra"];

const drafts: readonly Draft[] = [
  {
    id: "uncached-formula",
    fault: "The answer is a formula without a computed value, so the answer cell reads as empty.",
    prevalence: "systematic",
    signs: ["empty"],
    lesson: { ...shared("stored-results"), title: "Leave computed values behind, not bare formulas." },
  },
  {
    id: "raw-match",
    fault: "Labels are compared as they stand, so stray blanks and other capitals break the match.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: { ...shared("loose-labels"), title: "Trim and ignore case before labels are compared." },
  },
  {
    id: "text-dates",
    fault: "Dates that are written as text are passed over.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: { ...shared("dates-from-text"), title: "Dates are text: parse them into real dates first." },
  },
  {
    id: "text-numbers",
    fault: "Figures with separators are text and are left out.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: { ...shared("figures-from-text"), title: "Convert figures stored as text before adding or ranking them." },
  },
  {
    id: "short-range",
    fault: "Reading stops at the first blank row, so the rows below are lost.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: { ...shared("whole-table"), title: "Go on to the last used row; a blank row is not the end." },
  },
  {
    id: "totals-row",
    fault: "A row of totals is taken for an entry.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: { ...shared("totals-are-no-entries"), title: "Leave rows of totals out." },
  },
  {
    id: "wrong-sheet",
    fault: "The answer lands on the table's sheet instead of the answer sheet.",
    prevalence: "systematic",
    signs: ["empty", "missing"],
    lesson: { ...shared("answer-sheet-by-name"), title: "Write to the sheet that was named." },
  },
  {
    id: "answer-in-header-cell",
    fault: "The first item stands in the header cell, which is not read.",
    prevalence: "systematic",
    signs: ["empty", "other"],
    lesson: { ...shared("below-the-header"), title: "Leave the header cell alone and start right below it." },
  },
  {
    id: "exclusive-count",
    fault: "Days are counted as a plain difference although both ends were to be counted.",
    prevalence: "systematic",
    signs: ["off-by-one"],
    lesson: { ...shared("both-days-count"), title: "Add one day when both the first and the last day count.", contradicts: "elapsed-days" },
  },
  {
    id: "inclusive-count",
    fault: "One day is added although the plain difference was asked for.",
    prevalence: "systematic",
    signs: ["off-by-one"],
    lesson: {
      ...shared("elapsed-days"),
      title: "Elapsed days are the plain difference, unless both ends count.",
      contradicts: "both-days-count",
    },
  },
  {
    id: "footnotes",
    fault: "Marks of footnotes stay on values, so figures are no figures and names are not found.",
    prevalence: "systematic",
    signs: anyNumber,
    lesson: {
      id: "strip-note-marks",
      title: "Take footnote marks off values before they are used.",
      groups: [
        {
          role: "topic",
          anyOf: ["footnote*|dagger*|asterisk*|superscript*|citation*", "note|reference mark*", "bracketed note|reference|letter|number"],
        },
        {
          role: "advice",
          anyOf: [
            "strip*|remov*|cut*|drop*|take|delet*|peel* .. footnote*|dagger*|asterisk*|superscript*|citation*|mark|marker|bracketed",
            "footnote*|dagger*|asterisk*|citation*|mark|marker .. be|are|get stripped|removed|cut|dropped|taken",
          ],
          orNever: ["keep*|leav* .. footnote*|dagger*|asterisk*|citation* .. on|in|value|figure|name"],
        },
      ],
    },
  },
  {
    id: "unit-in-answer",
    fault: "The answer names a unit beside its figure.",
    prevalence: "systematic",
    signs: ["other", "spelling"],
    lesson: {
      id: "bare-figures",
      title: "Answer with the bare figure, without unit or explanation.",
      groups: [
        { role: "topic", anyOf: ["unit", "word beside|behind|after", "suffix*"] },
        {
          role: "advice",
          anyOf: [
            "give|answer|write|return|put|hand|enter|state|deliver .. bare|naked figure|number|digit",
            "give|answer|write|return|put|hand|enter|state|deliver .. figure|number alone|only|itself",
            "leave|drop|omit|cut .. unit|suffix* .. answer|figure|number|out|off|away|result",
            "answer .. no unit|suffix*",
          ],
          orNever: ["append*|attach*|add* .. unit|suffix*", "write|put|give .. unit|suffix* .. behind|beside|after|with|into"],
        },
      ],
    },
  },
  {
    id: "joined-answer",
    fault: "Several items are joined in one cell or on one line and count as one.",
    prevalence: "systematic",
    signs: ["other", "empty"],
    lesson: {
      id: "one-item-a-cell",
      title: "Several items go one to a cell or line.",
      groups: [
        { role: "topic", anyOf: ["item", "several|multiple|many|more answer|name|thing|result|value", "list"] },
        {
          role: "advice",
          anyOf: [
            "each|every|one item|answer|name|thing .. own|separate|single|a|per|to cell|line",
            "put|write|give|list|place|spread .. each|every|one|single item|answer|name|thing|entry .. own|separate|single|per|a|to cell|line",
            "one item|answer|name|entry .. per|a|to cell|line",
            "split .. item|answer|name|list .. cell|line",
          ],
          orNever: ["join*|concatenat*|pack*|string*|cram* .. item|answer|name|list|them|everything"],
        },
      ],
    },
  },
  {
    id: "boolean-answer",
    fault: "A question for yes or no is answered with a truth value.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "answer-in-words",
      title: "Answer yes or no in these words, not with a truth value.",
      groups: [
        { role: "topic", anyOf: ["yes", "boolean*|bool", "truth value", "true or false"] },
        {
          role: "advice",
          anyOf: [
            "answer|write|say|reply|give|put|return|use|spell .. yes",
            "turn*|convert*|translat*|chang* .. boolean*|bool|truth .. word|yes|text",
          ],
          orNever: ["write|put|leave|return|give|store|hand .. boolean*|bool|true|truth"],
        },
      ],
    },
  },
  {
    id: "repeated-header",
    fault: "A header row repeated inside the table is taken for an entry.",
    prevalence: "idiosyncratic",
    signs: anyNumber,
    lesson: { ...shared("headers-again"), title: "Skip header rows repeated inside the table." },
  },
  {
    id: "minus-sign",
    fault: "Figures with a typographic minus are not taken for figures.",
    prevalence: "idiosyncratic",
    signs: anyNumber,
    lesson: {
      id: "long-dash-minus",
      title: "A typographic minus or long dash before a figure is a minus sign.",
      groups: [
        { role: "topic", anyOf: ["minus", "dash*", "hyphen*"] },
        {
          role: "advice",
          anyOf: [
            "replac*|turn*|convert*|map*|translat*|swap* .. minus|dash* .. hyphen*|ascii|plain|ordinary|minus",
            "read*|treat*|regard*|tak*|interpret* .. dash* .. minus|negative|sign|hyphen*",
            "dash*|minus .. mean*|denot*|is|are|makes .. negative|minus",
          ],
        },
      ],
    },
  },
];

export const traps: readonly Trap[] = drafts.map((draft) => {
  const own = wordings[draft.lesson.id];
  if (own === undefined) throw new TypeError(`the lesson ${draft.lesson.id} has no wordings`);
  return { ...draft, lesson: { ...draft.lesson, wordings: own, sloppy: sloppyWordings[draft.lesson.id] ?? [] } };
});
