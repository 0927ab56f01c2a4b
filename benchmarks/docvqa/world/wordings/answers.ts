/** Lessons on the form of an answer, as analysts word them. None holds a number or a name from a page. */
import type { Wording } from "../../../../harness/core/world.ts";

export const answerWordings: Readonly<Record<string, readonly Wording[]>> = {
  "answer-with-the-bare-span": [
    {
      title: "Answer with the bare words",
      description: "Words around an answer count as mistakes.",
      content: "Give only the words from the page as the answer.",
    },
    {
      title: "No sentence around the answer",
      description: "A sentence has mostly words that nobody asked for.",
      content: "Do not put the answer into a sentence. Hand in just the name or phrase itself.",
    },
    {
      title: "Nothing but the answer",
      description: "Answers are compared letter by letter.",
      content: "The answer line holds the shortest span that answers the question, with nothing around it.",
    },
    {
      title: "Leave introductions to the reasoning",
      description: "Explanations may stand before the last line.",
      content: "Write the answer without any introduction or explanation in its line.",
    },
  ],
  "copy-dates-as-printed": [
    {
      title: "Copy dates as printed",
      description: "A date in another form shares few letters with the one on the page.",
      content: "Copy the date exactly as it is printed on the page.",
    },
    {
      title: "Do not reformat dates",
      description: "Letters write dates in many ways.",
      content: "Never convert a printed date to another form.",
    },
    {
      title: "Keep the form of a date",
      description: "Month names and order belong to the answer.",
      content: "Keep the date in the order and spelling of the document.",
    },
    {
      title: "A date is text like any other",
      description: "The answer is compared with what stands on the page.",
      content: "Give the date just as the page writes it, and do not turn the month into a number.",
    },
  ],
  "keep-the-printed-unit": [
    {
      title: "Copy the unit with the figure",
      description: "A quantity is a figure and a unit.",
      content: "Copy the unit together with the figure unless the question already names it.",
    },
    {
      title: "Units belong to quantities",
      description: "Short figures are mostly unit.",
      content: "When the question does not mention a unit, give the figure with its unit as printed.",
    },
    {
      title: "Do not lose the unit",
      description: "The unit stands behind the figure.",
      content: "If no unit is stated in the question, never drop the unit from the answer.",
    },
    {
      title: "Open questions want the unit",
      description: "Whether a unit is wanted can be told from the question.",
      content: "Where the question leaves the unit open, the printed unit is part of the answer.",
    },
  ],
  "leave-the-named-unit-out": [
    {
      title: "Give the figure alone when the unit is in the question",
      description: "A named unit need not be repeated.",
      content: "When the question names the unit, answer with the figure alone.",
    },
    {
      title: "Leave out a unit that was named",
      description: "Questions such as how many of something want a number.",
      content: "If the unit is already mentioned in the question, leave the unit out.",
    },
    {
      title: "Do not repeat the unit",
      description: "A question that says which unit it wants is answered by a number.",
      content: "Do not repeat the unit if the question contains it.",
    },
    {
      title: "Named unit, bare figure",
      description: "The question can settle the unit.",
      content: "Where the question states the unit, the bare figure is the answer.",
    },
  ],
};

/** The same lessons with their condition lost: they hold for every question then, also where they are wrong. */
export const sloppyWordings: Readonly<Record<string, readonly Wording[]>> = {
  "keep-the-printed-unit": [
    {
      title: "Always copy the unit",
      description: "The unit was missing in the answer.",
      content: "Copy the unit together with the figure.",
    },
    {
      title: "Units are part of the answer",
      description: "A figure without a unit was wrong.",
      content: "The printed unit is part of the answer, so include the unit.",
    },
  ],
  "leave-the-named-unit-out": [
    {
      title: "Give figures alone",
      description: "The unit was too much in the answer.",
      content: "Answer with the figure alone and leave the unit out.",
    },
    {
      title: "No units in answers",
      description: "A figure with a unit was wrong.",
      content: "Give the bare figure without any unit.",
    },
  ],
};
