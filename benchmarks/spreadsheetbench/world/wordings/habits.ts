/** What analysts say that helps nobody: superstitions, wrong turns, and the commonplaces of a draft. None of it teaches a planted lesson. */
import type { Commonplaces, Wording, WrongTurn } from "../../../../harness/core/world.ts";

export const superstitions: readonly Wording[] = [
  {
    title: "Keep scripts in one file",
    description: "All successful runs used one script.",
    content: "Put the whole solution into a single script file with a short name.",
  },
  {
    title: "Print a closing message",
    description: "A script that says something at its end is easier to follow.",
    content: "End each script with a short message that tells which file was saved.",
  },
  {
    title: "Name variables clearly",
    description: "Readable code is easier to get right.",
    content: "Give variables speaking names and put a comment on top of the script.",
  },
  {
    title: "Think before acting",
    description: "The run began with a plan.",
    content: "Say in two sentences what is going to be done before the script is written.",
  },
  {
    title: "One step at a time",
    description: "Small commands are easy to follow.",
    content: "Give one command per turn and wait until it has finished.",
  },
  {
    title: "Adjust column widths",
    description: "Results should be pleasant to read.",
    content: "Widen columns so that long entries are visible to the user.",
  },
  {
    title: "List the folder first",
    description: "Knowing the folder avoids surprises.",
    content: "List the working folder at the beginning of the session.",
  },
  {
    title: "Use the smaller library build",
    description: "Start-up time was short.",
    content: "Load the smaller build of the library because it starts faster.",
  },
  {
    title: "Read the request twice",
    description: "The request was understood at once.",
    content: "Study the request a second time before coding.",
  },
  {
    title: "Keep a backup",
    description: "A spare file gives peace of mind.",
    content: "Make a backup of the start file under another name at the beginning.",
  },
];

export const wrongTurns: readonly WrongTurn[] = [
  {
    cue: "could not be read as an action|not (?:valid )?JSON",
    title: "Write actions in valid JSON",
    description: "An action that cannot be parsed costs a turn.",
    content: "Escape quotes and line breaks in commands so that the action is strict JSON.",
  },
  {
    cue: "<<'?JS'?",
    title: "Avoid long inline scripts",
    description: "Long here-documents are easily broken by quoting.",
    content: "Prefer several short commands to a long here-document, and quote its end mark.",
  },
  {
    cue: "characters left out|more than I could read",
    title: "Limit what is printed",
    description: "Long output is cut before it can be seen.",
    content: "Print a little at a time so that no output is shortened.",
  },
  {
    cue: "Exit code: [1-9]|Error:",
    title: "Catch exceptions",
    description: "A command ended with a failure.",
    content: "Wrap the script in exception handling and print the stack trace.",
  },
  {
    cue: "no file at|sent back to work",
    title: "Wait with the completion signal",
    description: "Completion was signalled although the output file was not there.",
    content: "Signal completion when the output file exists, never earlier.",
  },
  {
    cue: "output\\.xlsx",
    title: "Use absolute paths",
    description: "A relative path can point to another folder.",
    content: "Give the output path in absolute form and look whether the file is there afterwards.",
  },
  {
    cue: "require\\(",
    title: "Choose another library",
    description: "The library may have lost information.",
    content: "Prefer a library with richer support of the file format.",
  },
];

export const commonplaces: Commonplaces = {
  subject: "spreadsheet spreadsheets workbook workbooks excel xlsx sheet sheets cell cells column columns row rows",
  name: "spreadsheet-tasks",
  description: "Change Excel workbooks as a user asks. Use when a task is about a spreadsheet.",
  title: "Spreadsheet tasks",
  sections: [
    {
      heading: "Overview",
      lines: ["A workbook holds sheets, a sheet holds cells. Understand the structure before you change anything."],
    },
    {
      heading: "Workflow",
      lines: [
        "1. Study the request and say what is wanted.",
        "2. Look at the structure of the workbook.",
        "3. Plan the change.",
        "4. Write a script and run it.",
        "5. See whether the output file is there.",
      ],
    },
    {
      heading: "Working with data",
      lines: ["- Work on the region that the task is about.", "- Leave everything else as it was.", "- Mind empty cells."],
    },
    {
      heading: "Formulas",
      lines: ["- Formulas begin with an equals sign.", "- Common functions are SUM, IF, INDEX and MATCH."],
    },
    {
      heading: "Good practice",
      lines: ["- Make a plan before coding.", "- Write simple code.", "- Give the file the requested name."],
    },
  ],
};
