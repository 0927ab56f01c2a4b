import { expect, it } from "vitest";
import { skillOf, traced } from "../../skill/edit/edits.fixture.ts";
import { divideByPrevalence } from "./prevalence.ts";

const start = skillOf({ "SKILL.md": "# T\n\n## A\n\ntext\n" });
const link = "See [more](references/new.md) before you write.";

it("lets no change to other text ride on a new file's support", () => {
  const edits = [
    traced("file", { op: "create", file: "references/new.md", content: "# New\n\nText.\n" }, 3),
    traced("link", { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: link }, 3),
    traced("rider", { op: "replace_in_section", file: "SKILL.md", old_text: "text", content: link }, 1),
    traced("second", { op: "insert_after", file: "SKILL.md", target_text: "text", content: link }, 1),
  ];
  const division = divideByPrevalence(start, edits, { min_support: 3, below: "references" }, 10);
  expect(division.main.map(({ id }) => id)).toEqual(["file", "link"]);
  expect(division.departures).toMatchObject([{ edit: "rider", reason: "below-support" }]);
  expect(division.aside.map(({ id }) => id)).toEqual(["second"]);
});

it("counts a new file with the link it needs", () => {
  const edits = [
    traced("file", { op: "create", file: "references/new.md", content: "# New\n\nText.\n" }, 3),
    traced("link", { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: link }, 1),
  ];
  expect(divideByPrevalence(start, edits, { min_support: 3, below: "drop" }, 10).main.map(({ id }) => id)).toEqual(["file", "link"]);
});
