/** What analysts say that helps nobody: superstitions, wrong turns, and the commonplaces of a draft. None of it teaches a planted lesson. */
import type { Commonplaces, Wording, WrongTurn } from "../../../../harness/core/world.ts";
import { wordings } from "../trap-draft.ts";

export const superstitions: readonly Wording[] = wordings([
  ["Number the lines of the working", "All successful replies went line by line.", "Put a number in front of each line of the working."],
  ["Begin with the givens", "The reply opened by repeating the data.", "Open the reply by repeating what is given in the problem."],
  ["Short lines", "Short lines are easy to follow.", "Put no more than one equation on a line."],
  ["Friendly closing words", "The reply had a clear end.", "Announce the box with a short sentence."],
  [
    "Say which branch it is",
    "The reply named a branch of mathematics.",
    "Say at the beginning which branch of mathematics the problem belongs to.",
  ],
  ["Plain symbols", "Plain signs were used for products.", "Prefer an asterisk for products over a cross."],
  ["Sketch every story", "Pictures help to think.", "Describe a sketch of the story in one sentence."],
  ["Mention the theorem", "The reply sounded certain.", "Mention the theorem by its name wherever there is one."],
  ["Speak in the first person plural", "The reply was written like a textbook.", "Say we instead of I in the working."],
  ["Repeat the result", "The result could be found easily.", "State the result in words in the line above the box."],
]);

export const wrongTurns: readonly WrongTurn[] = (
  [
    [
      "could not be read as an action|not (?:valid )?JSON",
      "Write actions in valid JSON",
      "An action that cannot be parsed costs a turn.",
      "Escape backslashes and quotes so that the action is strict JSON.",
    ],
    ["\\\\boxed\\{-", "Mind minus signs", "A sign looked odd.", "Look twice at every minus sign on the page."],
    [
      "\\\\boxed\\{\\d{5,}\\}",
      "Distrust large results",
      "The result has many digits.",
      "Suspect a slip in the multiplication when a result has many digits.",
    ],
    ["\\\\boxed\\{[^}]*\\.", "Work with more digits", "The result has a decimal point.", "Carry two more digits through the arithmetic."],
    [
      "\\bsteps?\\b|\\d/\\d",
      "Slow down in the arithmetic",
      "A division may have gone wrong.",
      "Work every division out on paper a second time.",
    ],
    [
      "I do not see how",
      "Try another method",
      "No method came to mind.",
      "Think of a problem of the same kind that you have solved, and imitate its solution.",
    ],
    [" \\* ", "Multiply in parts", "A product may have been wrong.", "Split long products into parts."],
    ["\\\\boxed", "Write more of the working", "The working was short.", "Write the working out at greater length."],
  ] as const
).map(([cue, title, description, content]) => ({ cue, title, description, content }));

export const commonplaces: Commonplaces = {
  subject:
    "mathematics mathematical math maths problem problems competition olympiad algebra geometry combinatorics number theory probability equation equations boxed",
  name: "math-problems",
  description: "Solve mathematical problems and hand in one boxed result. Use when a task is a problem of mathematics.",
  title: "Mathematical problems",
  sections: [
    {
      heading: "Overview",
      lines: [
        "Problems come from algebra, geometry, number theory, combinatorics and probability. Understand a problem before you calculate.",
      ],
    },
    {
      heading: "Workflow",
      lines: [
        "1. Study the text and say what it is about.",
        "2. List what is given.",
        "3. Look for a method that fits.",
        "4. Carry out the calculation.",
        "5. Put the result into a box.",
      ],
    },
    {
      heading: "Methods",
      lines: ["- Introduce letters for what is unknown.", "- Draw a picture of a figure.", "- Try small numbers to see a pattern."],
    },
    {
      heading: "Calculation",
      lines: ["- Go in small steps.", "- Mind signs and brackets.", "- Keep the writing tidy."],
    },
    {
      heading: "Good practice",
      lines: ["- Make a plan before calculating.", "- Estimate the size of the result.", "- Put one result into the box."],
    },
  ],
};
