/** What analysts say that helps nobody: superstitions, wrong turns, and the commonplaces of a draft. None of it teaches a planted lesson. */
import type { Commonplaces, Wording, WrongTurn } from "../../../../harness/core/world.ts";

export const superstitions: readonly Wording[] = [
  {
    title: "Describe the page first",
    description: "The run began with a description of the page.",
    content: "Say in two sentences what kind of document it is before anything else.",
  },
  {
    title: "Look twice",
    description: "A second look did no harm.",
    content: "Look at the page a second time at the end.",
  },
  {
    title: "Think aloud",
    description: "The reasoning was written down.",
    content: "Think step by step and say what you are doing.",
  },
  {
    title: "Mention the kind of document",
    description: "Letters and forms look different.",
    content: "Mention in the reasoning whether it is a letter or an invoice.",
  },
  {
    title: "Start in the upper corner",
    description: "Reading began at the top.",
    content: "Go over the page from the upper corner to the lower one.",
  },
  {
    title: "Stay calm with busy pages",
    description: "Decoration was no obstacle.",
    content: "Disregard emblems, rules and boxes on the page.",
  },
  {
    title: "Restate the task",
    description: "The task was understood at once.",
    content: "Restate in your own words what is wanted.",
  },
  {
    title: "Be brief",
    description: "The successful runs were short.",
    content: "Use short steps in the reasoning.",
  },
];

export const wrongTurns: readonly WrongTurn[] = [
  {
    cue: "could not be read as an action|not (?:valid )?JSON",
    title: "Mind the protocol",
    description: "An action that cannot be parsed costs a turn.",
    content: "Escape quotes and line breaks so that the action is strict JSON.",
  },
  {
    cue: "cannot make out|not legible",
    title: "Ask for a better picture",
    description: "The page was hard to see.",
    content: "Enlarge the picture when the print is small.",
  },
  {
    cue: "^\\W*L\\d\\d \\|",
    title: "Transcribe less",
    description: "The whole page was written down.",
    content: "Transcribe only the part of the page that matters.",
  },
  {
    cue: "Exit code: [1-9]|Error:",
    title: "Do without commands",
    description: "A command ended with a failure.",
    content: "Work from the picture and run no programs.",
  },
  {
    cue: "Answer:",
    title: "Proofread spelling",
    description: "A misspelt word may have been the reason.",
    content: "Proofread the spelling of every word before the end.",
  },
];

export const commonplaces: Commonplaces = {
  subject:
    "document documents page pages scan scans scanned picture pictures image images letter letters form forms invoice invoices report reports question questions",
  name: "document-questions",
  description: "Answer questions about pictures of document pages. Use when a task shows a page and asks about it.",
  title: "Questions on document pages",
  sections: [
    {
      heading: "Overview",
      lines: ["A page has text, lines and boxes. Understand its layout before you look for details."],
    },
    {
      heading: "Workflow",
      lines: ["1. Study the question.", "2. Look at the whole page.", "3. Find the part that matters.", "4. Say what it says there."],
    },
    {
      heading: "Kinds of pages",
      lines: [
        "- Letters have a sender and a body.",
        "- Forms have fields.",
        "- Tables have rows and columns.",
        "- Invoices list goods and prices.",
      ],
    },
    {
      heading: "Good practice",
      lines: ["- Be accurate.", "- Mind small print.", "- Take your time."],
    },
  ],
};
