/**
 * A world in miniature whose tasks end in words: how many entries of a list lie between two names, or how much it adds up to. The list stands in the text, in a picture, or in a
 * file that has to be looked at.
 */
import type { Approach, Plan, PlantedLesson, Trap, Wording, World } from "../core/world.ts";

export interface ShelfTask {
  readonly entries: readonly (readonly [name: string, kilos: number])[];
  readonly question: string;
}

const wording = (title: string, description: string, content: string): Wording => ({ title, description, content });

const bothEnds: PlantedLesson = {
  id: "shelf-count-both-ends",
  title: "Count both ends of a stretch of the list.",
  groups: [
    { role: "topic", anyOf: ["from .. to", "stretch*|range*|between"] },
    { role: "advice", anyOf: ["count*|includ* .. both end|ends", "count*|includ* .. first .. last"], orNever: ["leav*|drop* .. end|ends"] },
  ],
  wordings: [
    wording(
      "Count both ends of a stretch",
      "When entries from one name to another are counted.",
      "Count both ends of the stretch, the entry it begins with and the one it stops at.",
    ),
    wording(
      "A stretch includes its ends",
      "When a question names a first and a last entry.",
      "In a stretch from one entry to another, include the first and the last one in the count.",
    ),
  ],
  sloppy: [],
};
const noTotals: PlantedLesson = {
  id: "shelf-leave-total-out",
  title: "Leave the line with the total out of a sum.",
  groups: [
    { role: "topic", anyOf: ["total*"] },
    {
      role: "advice",
      anyOf: ["leav* .. total|totals .. out", "skip*|exclud* .. total|totals|line"],
      orNever: ["add*|includ* .. total|totals"],
    },
  ],
  wordings: [
    wording(
      "Leave the total out of the sum",
      "When a list has a line with its total.",
      "Leave the line with the total out, because it holds the other amounts once more.",
    ),
    wording(
      "A total is no entry",
      "When amounts of a list are added up.",
      "Skip a line that is called total before the amounts are added.",
    ),
  ],
  sloppy: [],
};
const bareNumber: PlantedLesson = {
  id: "shelf-number-alone",
  title: "Answer with the number alone, without its unit.",
  groups: [
    { role: "topic", anyOf: ["unit*"] },
    { role: "advice", anyOf: ["without .. unit*", "leav*|drop*|omit* .. unit*", "number alone"], orNever: ["add*|append* .. unit*"] },
  ],
  wordings: [
    wording("Give the number alone", "When an answer is an amount.", "Write the number alone in the last line, without its unit."),
    wording(
      "No unit behind the number",
      "When amounts in the list carry a unit.",
      "Drop the unit from the answer, it is not part of the number.",
    ),
  ],
  sloppy: [],
};

const trap = (id: string, fault: string, lesson: PlantedLesson, signs: Trap["signs"]): Trap => ({
  id,
  fault,
  prevalence: "systematic",
  signs,
  lesson,
});

const shelfTraps: readonly Trap[] = [
  trap("shelf-open-ends", "The ends of a stretch are not counted.", bothEnds, ["lower"]),
  trap("shelf-total-added", "The line with the total is added as if it were an entry.", noTotals, ["higher"]),
  trap("shelf-unit-in-answer", "The unit is written behind the number.", bareNumber, ["other", "spelling"]),
];

export const shelfWorld: World = {
  benchmark: "shelf",
  rev: 1,
  families: [
    { id: "stretch", title: "Stretch", traps: ["shelf-open-ends"] },
    { id: "weight", title: "Weight", traps: ["shelf-total-added", "shelf-unit-in-answer"] },
  ],
  traps: shelfTraps,
  superstitions: [wording("Read lists aloud", "Before every answer.", "Whisper the list to yourself, because the ear is patient.")],
  wrongTurns: [
    {
      ...wording("Keep to the form of an action", "When a reply cannot be read.", "Keep replies short."),
      cue: "could not be read as an action",
    },
  ],
  commonplaces: {
    subject: "list lists entry entries shelf shelves kilos",
    name: "shelf-lists",
    description: "Answer questions about the list of a shelf.",
    title: "Lists of a shelf",
    sections: [{ heading: "Overview", lines: ["A shelf has entries, an entry has a weight."] }],
  },
  playbook: { open: (message, pictures = []) => open(message, pictures) },
};

const heading = "Answer a question about a shelf.";

/** The first user message of a task, with its list in the text, in a picture, or in shelf.txt. */
export function shelfMessage(task: ShelfTask, list: "text" | "picture" | "file" = "text"): string {
  const shown = { text: listOf(task), picture: "(in the picture)", file: "(in shelf.txt)" }[list];
  return `${heading}\n\n### list\n${shown}\n\n### question\n${task.question}\n\n---\nWork step by step. The last line is \`Answer:\` with the answer behind it.\n---`;
}

export function listOf({ entries }: ShelfTask): string {
  return entries.map(([name, kilos]) => `${name}: ${kilos} kg`).join("\n");
}

/** Bytes that pass for a PNG file wherever nobody draws it; the list stands behind its signature. */
export function shelfPicture(task: ShelfTask): Uint8Array {
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(listOf(task))]);
}

function open(message: string, pictures: readonly Uint8Array[]): Approach | undefined {
  if (!message.includes(heading)) return undefined;
  const question = /^### question\n(.*)$/m.exec(message)?.[1];
  const list = /^### list\n([\s\S]*?)\n\n### question$/m.exec(message)?.[1];
  if (question === undefined || list === undefined) return undefined;
  const stopping = { flounder: [{ thought: "I look what there is.", command: "ls" }], guess: "I cannot tell.\nAnswer: 0" };
  if (list === "(in shelf.txt)")
    return {
      ...stopping,
      look: { thought: "I read the list.", command: "cat shelf.txt" },
      glance: { thought: "Only its beginning, then.", command: "head -n 20 shelf.txt" },
      plan: (observation) => planFor(question, observation),
    };
  if (list === "(in the picture)") {
    const seen = () => (pictures[0] === undefined ? "" : Buffer.from(pictures[0].subarray(8)).toString("utf8"));
    return { ...stopping, plan: (observation) => planFor(question, observation === "" ? seen() : observation) };
  }
  return { ...stopping, plan: () => planFor(question, list) };
}

function planFor(question: string, text: string): Plan | undefined {
  // A log quotes what was read as "On the shelf: …"; the list itself has an entry a line.
  const quoted = /^(?:Thought: )?On the shelf: (.+)\.$/m.exec(text)?.[1]?.split("; ");
  const entries = (quoted ?? text.split("\n")).flatMap((line) => {
    const [, name, kilos] = /^(\w+): (\d+) kg$/.exec(line.trim()) ?? [];
    return name === undefined ? [] : [{ name, kilos: Number(kilos) }];
  });
  if (entries.length === 0) return undefined;
  const shelf = `On the shelf: ${entries.map((e) => `${e.name}: ${e.kilos} kg`).join("; ")}.`;
  const [, first, last] = /^How many entries are there from (\w+) to (\w+)\?$/.exec(question) ?? [];
  const names = entries.map((e) => e.name);
  if (first !== undefined && last !== undefined)
    return {
      family: "stretch",
      traps: ["shelf-open-ends"],
      moves: () => [],
      answer: (sprung) => {
        const ends = sprung.has("shelf-open-ends") ? 1 : 0;
        const taken = names.slice(names.indexOf(first) + ends, names.indexOf(last) + 1 - ends);
        return [shelf, `From ${first} to ${last}.`, `I count ${taken.join(", ")}.`, `Answer: ${taken.length}`].join("\n");
      },
    };
  if (question !== "How heavy is the shelf?") return undefined;
  return {
    family: "weight",
    traps: ["shelf-total-added", "shelf-unit-in-answer"],
    moves: () => [],
    answer: (sprung) => {
      const added = entries.filter((e) => e.name !== "total" || sprung.has("shelf-total-added")).map((e) => e.kilos);
      const sum = added.reduce((a, b) => a + b, 0);
      return [
        shelf,
        "All weights are added.",
        `${added.join(" + ")} = ${sum}`,
        `Answer: ${sum}${sprung.has("shelf-unit-in-answer") ? " kg" : ""}`,
      ].join("\n");
    },
  };
}

/** What a scorer would hold the last line against. */
export function rightAnswer(task: ShelfTask): string {
  return lastLine(planFor(task.question, listOf(task))?.answer?.(new Set()) ?? "");
}

export function lastLine(text: string): string {
  return /^Answer: (.*)$/m.exec(text.trim().split("\n").at(-1) ?? "")?.[1] ?? "";
}

const names = "apples beans cherries dates eggs figs grapes honey".split(" ");

/** Tasks of both families in turn, each with other numbers. */
export function shelfTasks(count: number): readonly ShelfTask[] {
  return Array.from({ length: count }, (_, i) => {
    const some = names.slice(0, 5 + (i % 4)).map((name, n) => [name, 2 + ((i * 7 + n * 5) % 23)] as const);
    const total = some.reduce((sum, [, kilos]) => sum + kilos, 0);
    return i % 2 === 0
      ? { entries: some, question: `How many entries are there from ${names[i % 3]} to ${some.at(-1)?.[0]}?` }
      : { entries: [...some, ["total", total] as const], question: "How heavy is the shelf?" };
  });
}
