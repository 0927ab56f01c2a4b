import { expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { mergeForm, vanishedIds } from "./merge-form.ts";

const context = { ids: ["p1e1", "p1e2", "p2e1"], files: ["SKILL.md", "references/a.md"] };
const append = (from: readonly string[], rest: { readonly [key: string]: Json } = {}): Json => ({
  op: "append_to_section",
  file: "SKILL.md",
  target_section: "## A",
  content: "text",
  from,
  ...rest,
});
const reply = (edits: readonly Json[], dropped: readonly Json[] = []): Json => ({
  reasoning: "r",
  edits,
  dropped,
  changelog_entries: ["c"],
});

function problem(json: Json): string {
  const checked = mergeForm.check(json, context);
  return checked.ok ? "" : checked.problem;
}

it("reads a reply, ignoring ids and support the model copied", () => {
  const checked = mergeForm.check(reply([append(["p1e1", "p1e1"], { id: "p1e1", support: 9 })], [{ id: "p2e1", reason: "said" }]), context);
  expect(checked).toEqual({
    ok: true,
    value: {
      reasoning: "r",
      edits: [{ edit: { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: "text" }, from: ["p1e1"] }],
      dropped: [{ id: "p2e1", reason: "said" }],
      changelog: ["c"],
    },
  });
  expect(checked.ok && vanishedIds(checked.value, context.ids)).toEqual(["p1e2"]);
});

it.each([
  ["no object", "text", "The answer must be"],
  ["a missing from", reply([append([])]), "edits[0].from must be a list of the ids"],
  ["an invented id", reply([append(["p9e1"])]), "The id p9e1 in a from is not one of the edits you were given"],
  ["an invented id in dropped", reply([], [{ id: "p9e1", reason: "x" }]), "The id p9e1 in dropped is not one"],
  ["a drop without reason", reply([], [{ id: "p1e1", reason: " " }]), "dropped[0].reason"],
  ["keeping and dropping", reply([append(["p1e1"])], [{ id: "p1e1", reason: "x" }]), "p1e1 is both in a from and in dropped"],
  [
    "padding",
    reply([append(["p1e1"]), append(["p1e1", "p2e1"])]),
    "p1e1 stands in several edits (append_to_section of SKILL.md, append_to_section of SKILL.md)",
  ],
  ["an unknown file", reply([append(["p1e1"], { file: "scripts/x.py" })]), "No patch and no file of the skill is called scripts/x.py"],
  ["an unknown field", reply([append(["p1e1"], { lines: 3 })]), 'edits[0] has "lines"'],
  ["an unknown operation", reply([append(["p1e1"], { op: "rewrite" })]), 'edits[0].op is "rewrite"'],
  ["an empty text", reply([append(["p1e1"], { content: " " })]), "edits[0].content"],
])("refuses %s in words that say what to do", (_, json, expected) => {
  expect(problem(json)).toContain(expected);
});

it("lets one proposal feed a new file and its link", () => {
  const create = { op: "create", file: "references/a.md", content: "# A", from: ["p1e1"] };
  expect(problem(reply([create, append(["p1e1"])]))).toBe("");
  expect(problem(reply([create, { ...create, from: ["p2e1"] }]))).toBe("Two edits create references/a.md; join them into one.");
});

it("names a dozen problems at most", () => {
  const lines = problem(reply(Array.from({ length: 40 }, () => append([])))).split("\n");
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe("There are 28 more of this kind.");
});

it("takes an edit that replaces or deletes only where somebody proposed one, and shared ids only for a file and its links", () => {
  const remove = (from: readonly string[]): Json => ({ op: "delete_section", file: "SKILL.md", target_section: "## A", from });
  const check = (json: Json, destructive: { readonly [file: string]: readonly string[] } = {}) =>
    mergeForm.check(json, { ...context, files: [...context.files, "references/new.md"], destructive });
  expect(check(reply([remove(["p1e1"])]))).toMatchObject({
    ok: false,
    problem: expect.stringContaining("cites only proposals that add (p1e1)"),
  });
  expect(check(reply([remove(["p1e1"])]), { "references/a.md": ["p1e1"] })).toMatchObject({ ok: false });
  expect(check(reply([remove(["p1e1", "p1e2"])]), { "SKILL.md": ["p1e1"] })).toMatchObject({ ok: true });
  const create: Json = { op: "create", file: "references/new.md", content: "text", from: ["p1e1"] };
  expect(check(reply([create, append(["p1e1"])]))).toMatchObject({ ok: true });
  expect(check(reply([append(["p1e1"]), append(["p1e1"], { file: "references/a.md" })]))).toMatchObject({ ok: false });
});

it("takes no more edits than came in", () => {
  const files = ["SKILL.md", ...Array.from({ length: 40 }, (_, i) => `references/r${i}.md`)];
  const link = (file: string | undefined): Json => append(["p1e1"], { file: file ?? "" });
  const create: Json = { op: "create", file: "references/r0.md", content: "# R", from: ["p1e1"] };
  const check = (edits: readonly Json[]) => mergeForm.check(reply(edits), { ...context, files });
  expect(check([create, link(files[0]), link(files[2])])).toMatchObject({ ok: true });
  // One proposal that makes a file may be cited by its links: without the cap by one in each of forty files.
  expect(check([create, ...files.filter((file) => file !== "references/r0.md").map(link)])).toEqual({
    ok: false,
    problem: "The reply has 41 edits, but only 3 came in; a merge joins edits, so return 3 at most.",
  });
});
