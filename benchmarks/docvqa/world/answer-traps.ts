/** Traps that recur over many pages: the right thing is found and handed in in the wrong form. */
import type { TrapDraft } from "./trap-draft.ts";

/** How a lesson says that it depends on the question whether the unit belongs to the answer. */
const condition = [
  "when|if|where|unless|whenever .. question|it .. name*|mention*|say*|state*|contain*|include*|ask*|give*|spell*|has|leave*",
  "when|if|where|unless|whenever .. name*|mention*|stated|given|asked|contained .. question|already",
  "by default",
  "otherwise",
] as const;

export const answerTraps: readonly TrapDraft[] = [
  {
    id: "wrapped-in-sentence",
    fault: "The answer is handed in as a sentence, most of which is not on the page.",
    prevalence: "systematic",
    signs: ["other", "spelling"],
    lesson: {
      id: "answer-with-the-bare-span",
      title: "Hand in the bare words from the page, no sentence around them.",
      groups: [
        { role: "topic", anyOf: ["answer*|reply|replies|respon*"] },
        {
          role: "advice",
          anyOf: [
            "give|return|write|state|hand|answer|reply|provide|keep|put|quote|respond .. only|just|bare|nothing|shortest|mere .. span|word|name|phrase|entry|text|else|piece|page",
            "bare|shortest|mere span|word|phrase|text|piece",
            "nothing .. around|added|besides",
            "without .. sentence|introduction|explanation|preamble",
            "without .. words around",
            "no|not .. full|whole|complete|entire sentence",
          ],
          orNever: [
            "answer|reply|respond|put|wrap*|give|write|hand|form*|pack*|phrase .. sentence",
            "add|put|write .. word|explanation|comment .. around|answer|before",
          ],
        },
      ],
    },
  },
  {
    id: "reformatted-date",
    fault: "The date is rewritten in another form than the one on the page.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "copy-dates-as-printed",
      title: "Copy a date in the form in which it is printed.",
      groups: [
        { role: "topic", anyOf: ["date"] },
        { role: "topic", anyOf: ["print*|page|letter|document|written|typed"] },
        {
          role: "advice",
          anyOf: [
            "copy|keep|give|write|quote|reproduce|take|leave|hand .. date .. as|exactly|verbatim|unchanged|form|order|spelling|wording",
            "date .. exactly|just|precisely as",
            "date .. stay*|remain* .. form|order|spelling|as",
            "copy|keep|quote|reproduce .. exactly|verbatim|unchanged|form|wording",
          ],
          orNever: ["reformat*|convert*|rewrit*|normali*|translat*|chang*|turn*|reorder*|abbreviat* .. date|form|month|order|day|number"],
        },
      ],
    },
  },
  {
    id: "unit-dropped",
    fault: "A quantity is given without its unit although the question leaves the unit open.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "keep-the-printed-unit",
      title: "Give a quantity with its printed unit, unless the question names the unit.",
      contradicts: "leave-the-named-unit-out",
      groups: [
        { role: "topic", anyOf: ["unit"] },
        {
          role: "advice",
          anyOf: [
            "keep|copy|include|give|write|add|preserve|quote|hand|take|retain .. printed|its|the|with unit",
            "unit .. belongs|part|stays|included|kept|copied|along",
            "figure|number|quantity|amount .. with|together .. unit",
          ],
          orNever: ["drop*|cut*|strip*|remov*|los*|discard*|forget .. unit"],
        },
        { role: "condition", anyOf: condition },
      ],
    },
  },
  {
    id: "unit-kept",
    fault: "A quantity is given with its unit although the question already names the unit.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "leave-the-named-unit-out",
      title: "Give the figure alone when the question already names the unit.",
      contradicts: "keep-the-printed-unit",
      groups: [
        { role: "topic", anyOf: ["unit"] },
        {
          role: "advice",
          anyOf: [
            "leave|drop|omit|cut|strip|remove .. unit",
            "figure|number alone|only",
            "bare|plain|mere figure|number",
            "without .. unit",
            "figure|number without it|its",
          ],
          orNever: ["repeat* .. unit|it", "append* .. unit"],
        },
        { role: "condition", anyOf: condition },
      ],
    },
  },
];
