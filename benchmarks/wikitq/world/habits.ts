/** What analysts say that helps nobody, and the commonplaces of a draft. None of it teaches a planted lesson. */
import type { Commonplaces, Wording, WrongTurn } from "../../../harness/core/world.ts";

export const superstitions: readonly Wording[] = [
  {
    title: "Restate the question",
    description: "The run began that way.",
    content: "Repeat the question in other terms before anything else is done.",
  },
  { title: "Keep the script short", description: "Short scripts ran well.", content: "Write a short script with few functions." },
  { title: "Print a friendly message", description: "It closed every good run.", content: "End the script with a friendly message." },
  { title: "Think of the reader", description: "A tidy file is pleasant.", content: "Choose a pleasant font and wide columns." },
  { title: "Look around first", description: "The folder was listed early.", content: "List the folder at the beginning." },
];

export const wrongTurns: readonly WrongTurn[] = [
  {
    cue: "could not be read as an action|not (?:valid )?JSON",
    title: "Mind the form of actions",
    description: "An action that cannot be parsed costs a turn.",
    content: "Escape quotes and line breaks so that the action is strict JSON.",
  },
  {
    cue: "Exit code: [1-9]|Error:",
    title: "Catch exceptions",
    description: "A command ended with a failure.",
    content: "Wrap the script in exception handling and print the stack trace.",
  },
  {
    cue: "characters left out|more than I could read",
    title: "Print less",
    description: "Long output is cut.",
    content: "Print a little at a time so that no output is shortened.",
  },
  {
    cue: "require\\(|Answer:",
    title: "Explain the reasoning",
    description: "The reasoning was hard to follow.",
    content: "Explain at length how the outcome was reached.",
  },
];

export const commonplaces: Commonplaces = {
  subject: "table tables question questions encyclopedia wikipedia entry entries column columns row rows answer answers",
  name: "table-questions",
  description: "Answer questions about tables. Use when a task asks something about one table.",
  title: "Questions about tables",
  sections: [
    { heading: "Overview", lines: ["A table has a header and entries. Understand what its columns mean before you answer."] },
    {
      heading: "Workflow",
      lines: [
        "1. Study the question.",
        "2. Look at the table.",
        "3. Decide which columns matter.",
        "4. Work the answer out.",
        "5. Hand it in.",
      ],
    },
    { heading: "Working with tables", lines: ["- Columns carry meaning.", "- Mind empty cells.", "- The table alone decides."] },
    { heading: "Good practice", lines: ["- Make a plan.", "- Keep it simple."] },
  ],
};
