import { describe, expect, it } from "vitest";
import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { append, reasons, start } from "./consolidation.fixture.ts";
import { joinEqual, settle } from "./withhold.ts";

const traced = (id: string, edit: SkillEdit, support = 1): TracedEdit => ({
  id,
  edit,
  leaves: [`leaf-${id}`],
  tasks: Array.from({ length: support }, (_, n) => `task-${id}-${n}`),
});
const formats = (content: string): SkillEdit => ({
  op: "replace_in_section",
  file: "SKILL.md",
  old_text: "Usually keep formats.",
  content,
});

describe("settle", () => {
  it("gives a place back when the edit that won it goes because its pair is broken", () => {
    const winner = traced("a", formats("Read [formats](references/formats.md)."), 3);
    const loser = traced("b", formats("Keep formats."));
    const { kept, departures } = settle(start, [winner, loser], "conflict");
    expect(kept.map(({ id }) => id)).toEqual(["b"]);
    expect(reasons(departures)).toEqual({ a: "unpaired-link" });
  });

  it("lets an edit stand on what was behind its duplicates, in other marks or case", () => {
    const { kept, departures } = settle(
      start,
      [traced("a", append("## Reading", "- Look twice.")), traced("b", append("## Reading", "* look twice"), 2)],
      "conflict",
    );
    expect(kept).toMatchObject([{ id: "b", leaves: ["leaf-a", "leaf-b"], tasks: ["task-a-0", "task-b-0", "task-b-1"] }]);
    expect(departures).toMatchObject([{ edit: "a", reason: "duplicate", inFavourOf: "b" }]);
  });

  it("withholds both halves of a pair when one loses a conflict", () => {
    const create = (id: string, text: string, support: number): TracedEdit =>
      traced(id, { op: "create", file: "references/new.md", content: `# New\n\n${text}\n` }, support);
    const link = traced("l", append("## Reading", "- Read [new](references/new.md)."));
    const { kept } = settle(start, [create("a", "one", 2), create("b", "two", 1), link], "conflict");
    expect(kept.map(({ id }) => id)).toEqual(["a", "l"]);
    const alone = settle(start, [link, traced("z", append("## Checks", "3. Z."))], "conflict");
    expect(alone.kept.map(({ id }) => id)).toEqual(["z"]);
  });
});

it("joinEqual counts equal edits as one before support is judged", () => {
  const { kept, departures } = joinEqual([traced("a", formats("X.")), traced("b", formats("Y.")), traced("c", formats("X."), 2)]);
  expect(kept.map(({ id, tasks }) => [id, tasks.length])).toEqual([
    ["a", 3],
    ["b", 1],
  ]);
  expect(departures).toMatchObject([{ edit: "c", reason: "duplicate", inFavourOf: "a" }]);
});
