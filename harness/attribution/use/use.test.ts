import { describe, expect, it } from "vitest";
import type { TrajectoryRecord } from "../../core/record.ts";
import { skillOf } from "../../skill/edit/edits.fixture.ts";
import { commonTerms, readUse } from "./read-use.ts";
import { marksOf } from "./section-marks.ts";

const note = "- Unmerge merged ranges with unmerge_cells before anything is written.";
const files = skillOf({
  "SKILL.md": `# T\n\n## Reading\n\n- Parse strings carefully, see \`iter_rows\` and \`strptime\`.\n\n## Writing\n\n- Recalculate workbooks, then verify totals.\n\nSee [notes](references/notes.md).\n`,
  "references/notes.md": `# Notes\n\n${note}\n`,
});
const marks = marksOf(files);

type Turn = { readonly thought?: string; readonly command?: string; readonly observation?: string };
const trajectory = (turns: readonly Turn[], user = "Sum the column."): TrajectoryRecord => ({
  v: 1,
  agent: "react",
  system: "",
  user,
  steps: turns.map(({ thought, command, observation }, i) => ({
    turn: i + 1,
    reply: "",
    finishReason: "stop",
    usage: { calls: 1, promptTokens: 0, completionTokens: 0, reasoningTokens: 0, cachedTokens: 0 },
    ...(thought === undefined ? {} : { thought }),
    ...(command === undefined ? {} : { action: { tool: "bash", arguments: { command } } }),
    ...(observation === undefined ? {} : { observation }),
  })),
});
const use = (turns: readonly Turn[], common: ReadonlySet<string> = new Set(), user?: string) =>
  readUse(trajectory(turns, user), { files, marks, loaded: true }, common);
const acted = (...args: Parameters<typeof use>): string[] =>
  use(...args).sections.flatMap(({ actedOn }, i) => (actedOn ? [marks[i]?.section.heading ?? ""] : []));

describe("use of files", () => {
  it("is a command that names one, or an observation that shows a line of its own", () => {
    expect(use([{ command: "cat /skill/references/notes.md" }]).opened).toEqual(["references/notes.md"]);
    expect(use([{ command: "cd /skill && cat */notes.md" }]).opened).toEqual(["references/notes.md"]);
    expect(use([{ command: "cat /skill/*/*", observation: `# Notes\n\n${note}\n` }]).opened).toEqual(["references/notes.md"]);
    expect(use([{ command: "cat notes.md", observation: "no such file" }]).opened).toEqual([]);
  });
  it("displays the sections that are shown; SKILL.md stands in the prompt", () => {
    expect(use([]).sections.map(({ displayed }) => displayed)).toEqual([true, true, false]);
    expect(use([{ command: "cat /skill/*/*", observation: note }]).sections.map(({ displayed }) => displayed)).toEqual([true, true, true]);
  });
});

describe("acting on a section", () => {
  it("is one of its code words in a command, or two of its words", () => {
    expect(acted([{ command: "python3 -c 'datetime.strptime(x)'" }])).toEqual(["## Reading"]);
    expect(acted([{ thought: "I recalculate the file", command: "python3 verify.py" }])).toEqual(["## Writing"]);
    expect(acted([{ thought: "I will verify it" }])).toEqual([]);
  });
  it("comes after the section was displayed", () => {
    expect(acted([{ command: "ws.unmerge_cells('A1')" }])).toEqual([]);
    expect(acted([{ command: "cat /skill/references/notes.md", observation: note }, { command: "ws.unmerge_cells('A1')" }])).toEqual([
      "references/notes.md",
    ]);
  });
  it("is nothing that the task, the data or agents without the skill say, too", () => {
    expect(acted([{ command: "strptime(x)" }], new Set(), "Use strptime.")).toEqual([]);
    expect(acted([{ command: "cat data.csv", observation: "strptime,1" }, { command: "grep strptime data.csv" }])).toEqual([]);
    const without = Array.from({ length: 4 }, () => trajectory([{ command: "ws.iter_rows(); strptime(x)" }]));
    expect(acted([{ command: "strptime(x)" }], commonTerms(without, 2))).toEqual([]);
    expect(commonTerms(without, 5)).toEqual(new Set());
  });
});
