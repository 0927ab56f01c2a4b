/** How the simulated solver answers a question over a table: by scripts where a workbook is wanted, else in words. */
import type { Approach, Plan, Playbook } from "../../../harness/core/world.ts";
import type { Sprung, Understood } from "./job.ts";
import { readLook, readTask, type TaskRead } from "./reading.ts";
import { lookCommand, movesOf } from "./script.ts";
import { understand } from "./understand.ts";
import { workOut } from "./working.ts";

export const playbook: Playbook = {
  open(firstMessage) {
    const task = readTask(firstMessage);
    if (task === undefined) return undefined;
    return task.form === "workbook" ? inWorkbook(task) : inWords(task);
  },
};

function inWorkbook(task: Extract<TaskRead, { readonly form: "workbook" }>): Approach {
  return {
    look: { thought: "I start with the table itself: its header and its first rows.", command: lookCommand(task.input, 8) },
    glance: { thought: "That was more than I could read. The header and one row will do.", command: lookCommand(task.input, 2) },
    plan(observation): Plan | undefined {
      const headers = readLook(observation);
      const understood = headers === undefined ? undefined : understand(task.question, headers);
      if (understood === undefined) return undefined;
      return {
        family: understood.family,
        traps: [...understood.traps, ...understood.writing],
        moves: (sprung) => movesOf(task, understood, sprung),
      };
    },
    flounder: [
      { thought: "I am not sure what is wanted here. Let me see which files there are.", command: "ls -l" },
      {
        thought: "I cannot work the answer out. I save the workbook under the requested name.",
        command: `cp ${task.input} ${task.output}`,
      },
    ],
  };
}

function inWords(task: Extract<TaskRead, { readonly form: "direct" }>): Approach {
  return {
    plan(): Plan | undefined {
      const understood = understand(task.question, task.grid[0] ?? []);
      if (understood === undefined) return undefined;
      return {
        family: understood.family,
        traps: understood.traps,
        moves: () => [],
        answer: (sprung) => reply(task.grid, understood, sprung),
      };
    },
    flounder: [],
    guess: "I cannot tell from the table.\n\nAnswer:\nunknown",
  };
}

/** How each step is done, in the sound and in the careless way. */
const ways: Readonly<Record<string, readonly [string, string]>> = {
  "raw-match": ["I compare labels regardless of capitals and blanks.", "I compare labels letter by letter."],
  "text-numbers": ["A figure such as 1,000 is a thousand to me.", "I take a cell for a figure when it is all digits."],
  "short-range": ["I go through all lines, past the empty one.", "I go through the lines down to the empty one."],
  "totals-row": ["A line that says Total is no entry.", "Every line is an entry."],
  footnotes: ["Marks of notes behind a value do not belong to it.", "I take each value with all that stands behind it."],
  "repeated-header": ["A line that repeats the header is no entry.", "I take the lines as they come."],
  "minus-sign": ["I read the long dash before a figure as a minus.", "I take figures with a hyphen or no sign."],
  "text-dates": ["I turn the written dates into days.", "I take the dates as figures."],
  "exclusive-count": ["I look whether both ends count.", "The days are the distance of the two dates."],
  "inclusive-count": ["I add a day where both ends count and nowhere else.", "Both ends count as days."],
  "unit-in-answer": ["The answer is the figure alone.", "The answer names what is counted."],
  "boolean-answer": ["I answer in the words of the question.", "I answer with the truth value."],
  "joined-answer": ["Each name gets a line.", "The names go on one line."],
};

function reply(grid: readonly (readonly string[])[], { job, traps }: Understood, sprung: Sprung): string {
  const { items, lines } = workOut(job, grid, sprung);
  const said = traps.map((trap) => ways[trap]?.[sprung.has(trap) ? 1 : 0] ?? "").filter((way) => way !== "");
  return [...said, ...lines, "", "Answer:", ...items].join("\n");
}
