/** How the simulated solver works on a page: read its picture, find what the question names, quote what was read and answer. */
import type { Approach, Plan, Playbook } from "../../../harness/core/world.ts";
import type { PageRows } from "../page/read-page.ts";
import { replyWith } from "../score/final-answer.ts";
import type { FamilySolver, Job } from "./family.ts";
import { quoteRows, rowsIn, segmentsOf } from "./lines.ts";

/** The playbook over the given solvers; the first that understands a question plays it. `readPicture` gives undefined for what it cannot read. */
export function playbookOf(solvers: readonly FamilySolver[], readPicture: (picture: Uint8Array) => PageRows | undefined): Playbook {
  return {
    open(firstMessage, pictures = []) {
      const question = readQuestion(firstMessage);
      return question === undefined ? undefined : approach(question, pictures, { solvers, readPicture });
    },
  };
}

/** The question of a rendered task prompt; undefined when it is not one of DocVQA's. */
export function readQuestion(message: string): string | undefined {
  const [, question, format] = /^#{2,4} question[ \t]*\n+([\s\S]*?)\n+#{2,4} answer_format[ \t]*\n+(.*)$/m.exec(message) ?? [];
  return question === undefined || format === undefined || !/from the page/.test(format) ? undefined : question.trim();
}

interface Skills {
  readonly solvers: readonly FamilySolver[];
  readonly readPicture: (picture: Uint8Array) => PageRows | undefined;
}

function approach(question: string, pictures: readonly Uint8Array[], { solvers, readPicture }: Skills): Approach {
  return {
    plan(observation) {
      let rows: PageRows | undefined;
      for (const picture of pictures) rows ??= readPicture(picture);
      rows ??= rowsIn(observation);
      return rows === undefined ? undefined : planOn(question, rows, solvers);
    },
    flounder: [{ thought: "The picture tells me little. Let me see whether there is anything else to go by.", command: "ls -l" }],
    guess: "I cannot make out what is printed on this page.\n\nAnswer: not legible",
  };
}

function planOn(question: string, rows: PageRows, solvers: readonly FamilySolver[]): Plan | undefined {
  const scene = { question, rows, segments: segmentsOf(rows) };
  for (const solver of solvers) {
    const job = solver.understand(scene);
    if (job === undefined) continue;
    const traps = solver.families.find(({ id }) => id === job.family)?.traps ?? [];
    return {
      family: job.family,
      traps: traps.filter((trap) => bites(job, trap)),
      moves: () => [],
      answer: (sprung) => reply(rows, job, sprung),
    };
  }
  return undefined;
}

/** Whether the trap changes the answer on this page. */
function bites(job: Job, trap: string): boolean {
  return job.work(new Set([trap])).answer !== job.work(new Set()).answer;
}

function reply(rows: PageRows, job: Job, sprung: ReadonlySet<string>): string {
  const { steps, answer } = job.work(sprung);
  return [
    "The page reads, row by row with the column in front of each run of words:",
    ...quoteRows(rows),
    ...steps,
    replyWith(answer),
  ].join("\n");
}
