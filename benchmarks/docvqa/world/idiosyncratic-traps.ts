/** Traps that only one or two pages of a half hold. */
import type { TrapDraft } from "./trap-draft.ts";

export const idiosyncraticTraps: readonly TrapDraft[] = [
  {
    id: "received-stamp",
    fault: "The date of a received stamp is given for the date of the letter.",
    prevalence: "idiosyncratic",
    signs: ["other"],
    lesson: {
      id: "stamps-do-not-date-a-letter",
      title: "A stamp says when a letter came in, not when it was written.",
      groups: [
        { role: "topic", anyOf: ["stamp*"] },
        {
          role: "advice",
          anyOf: [
            "take|use|read|find|look|give|prefer .. date line|letterhead",
            "take|use|read|find|look|give|prefer .. date .. letterhead|head|typed|above|top|sender",
            "disregard|discount .. stamp*",
          ],
          orNever: [
            "take|use|read|copy|mistake|give|confuse|answer .. stamp*|received",
            "stamp* is|gives|tells|shows .. date|when|written",
          ],
        },
      ],
    },
  },
  {
    id: "amended-entry",
    fault: "An entry that was declared void is given, although an amended one stands further down.",
    prevalence: "idiosyncratic",
    signs: ["lower", "higher", "cents", "other"],
    lesson: {
      id: "the-amended-entry-holds",
      title: "Of a voided entry and its amendment the amendment holds.",
      groups: [
        { role: "topic", anyOf: ["void*|amend*|correct*|cancel*|supersed*"] },
        {
          role: "advice",
          anyOf: [
            "take|use|read|prefer|give|choose|answer|look|find .. amended|corrected|revised|later .. entry|value|figure|one|line",
            "amended|corrected|revised entry|value|figure|one .. replaces|counts|holds|wins|applies|supersedes",
            "look|search|check .. amend*|correction",
          ],
          orNever: ["take|use|read|give|copy|answer .. void*|cancelled|superseded"],
        },
      ],
    },
  },
  {
    id: "scaled-figure",
    fault: "A figure is multiplied because the table is said to be in thousands.",
    prevalence: "idiosyncratic",
    signs: ["higher", "other"],
    lesson: {
      id: "do-not-scale-figures-up",
      title: 'Give the figure as printed; a note such as "in thousands" does not change it.',
      groups: [
        { role: "topic", anyOf: ["thousands|millions|scale*|multipl*"] },
        {
          role: "advice",
          anyOf: [
            "copy|give|keep|leave|quote|hand .. figure|number|cell|value .. as|unchanged|unscaled",
            "figure|number .. stay*|remain* .. as|unchanged|unscaled",
          ],
          orNever: ["multipl*|scal*|expand*|inflate|blow .. figure|number|value|it|cell|up|thousand*"],
        },
      ],
    },
  },
  {
    id: "wrapped-title",
    fault: "Only the first line of a title is given that runs over two.",
    prevalence: "idiosyncratic",
    signs: ["other"],
    lesson: {
      id: "join-the-lines-of-a-title",
      title: "Join the lines of a title that runs over several.",
      groups: [
        { role: "topic", anyOf: ["title"] },
        {
          role: "advice",
          anyOf: [
            "join|combine|take|include|copy|read|give|connect .. both|all|second|every|further|following .. line",
            "join|combine|connect .. line",
            "title .. continues|runs|wraps|goes|spreads|extends .. next|second|several|two|more|line",
            "read|go|carry .. on .. next|second|following line",
          ],
          orNever: ["stop|end|break|cut .. first|end|line|break", "give|take|copy .. half|part .. title"],
        },
      ],
    },
  },
];
