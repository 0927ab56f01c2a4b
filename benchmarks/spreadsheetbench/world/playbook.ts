/** How the simulated solver works on a spreadsheet task: look, write a script, run it, read the result back. */
import type { Approach, Move, Plan, Playbook } from "../../../harness/core/world.ts";
import type { FamilySolver, Job } from "./family.ts";
import { areasOf, mark, readLook, readTask, type TaskFields } from "./reading.ts";
import { lookCommand, prelude, readBackCommand, saving, writeCommand } from "./script.ts";

/** The playbook over the given families; the first that understands a task plays it. */
export function playbookOf(families: readonly FamilySolver[]): Playbook {
  return {
    open(firstMessage) {
      const fields = readTask(firstMessage);
      return fields === undefined ? undefined : approach(fields, families);
    },
  };
}

function approach(fields: TaskFields, families: readonly FamilySolver[]): Approach {
  return {
    look: {
      thought: "I start with the workbook itself: its sheets, their headers and the first rows of each.",
      command: lookCommand(fields.input, 7, 8),
    },
    glance: {
      thought: "That was more than I could read. A few rows of the first sheets will do.",
      command: lookCommand(fields.input, 3, 3),
    },
    plan: (observation) => plan(fields, observation, families),
    flounder: [
      { thought: "I am not sure what is wanted here. Let me see which files there are.", command: "ls -l" },
      {
        thought: "I cannot work out the rule. I save the workbook under the requested name.",
        command: `cp ${fields.input} ${fields.output}`,
      },
    ],
  };
}

function plan(fields: TaskFields, observation: string, families: readonly FamilySolver[]): Plan | undefined {
  const sheets = readLook(observation);
  const areas = areasOf(fields.position);
  if (sheets === undefined || areas === undefined) return undefined;
  const scene = { fields, sheets, marked: mark(fields.instruction, sheets), areas };
  for (const family of families) {
    const job = family.understand(scene);
    if (job === undefined) continue;
    return { family: family.id, traps: job.traps, moves: (sprung) => moves(fields, areas, job, sprung) };
  }
  return undefined;
}

function moves(fields: TaskFields, areas: Parameters<typeof readBackCommand>[1], job: Job, sprung: ReadonlySet<string>): readonly Move[] {
  const script = `${prelude(fields, sprung)}\n${job.script(sprung)}\n${saving(fields)}`;
  return [
    { thought: job.intent, command: writeCommand(script) },
    { thought: "The script is written; now I run it.", command: "node solve.cjs" },
    {
      thought: `I read ${fields.position} back from the saved file.`,
      command: readBackCommand(fields, areas),
    },
  ];
}
