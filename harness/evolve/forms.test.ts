import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { canonicalJson, type Json } from "../core/json.ts";
import { allForms } from "./forms.ts";
import { referenceWords } from "./propose/reference-talk.ts";

/**
 * What the forms take and what they say to what they don't: those sentences go to models. When this fails, raise the `rev` of the form, then accept with
 * T2S_UPDATE_WIRE=1 npx vitest run harness/evolve/forms.test.ts.
 */
const goldenPath = fileURLToPath(new URL("./forms.json", import.meta.url));

const item = { title: " T ", description: "D", content: "C", relation: "unclear" };
const analysis = { max_lessons: 1, reference_words: [...referenceWords] };
const edit = { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: "x", lessons: [1] };
const draft: Json = { name: "s", skill_lines: 12, reference_lines: 5, references: 1 };
const main = (body: string): Json => ({ path: "SKILL.md", content: `---\nname: s\ndescription: d\n---\n${body}` });

const samples: Readonly<Record<string, { readonly context: Json; readonly replies: readonly Json[] }>> = {
  "error-analysis": {
    context: analysis,
    replies: [
      { causes: [item, { ...item, relation: null }], lessons: [item], more: 1 },
      { causes: [], lessons: [] },
      { causes: [{ ...item, title: " " }] },
      { causes: [], lessons: [item, item] },
      { causes: [{ ...item, content: "unlike the gold file" }], lessons: [{ ...item, title: "the expected result" }] },
    ],
  },
  "success-analysis": {
    context: analysis,
    replies: [
      { path: { overview: "O", steps: ["S"] }, lessons: [{ ...item, relation: undefined }] },
      { path: { overview: "O", steps: [] }, lessons: [] },
      { lessons: [{ ...item, relation: "new" }] },
      { path: { overview: "O", steps: ["as the answer key has it"] }, lessons: [] },
    ],
  },
  "program-analysis": {
    context: { ...analysis, outcome: "failed", skill: [{ path: "SKILL.md", text: "# S\n\n## A\n\nOne.\n" }] },
    replies: [
      { causes: [item], lessons: [item] },
      { causes: [item], lessons: [item], edits: [edit], reasoning: "R", changelog_entries: null },
      { causes: [], lessons: [item], edits: [] },
      {
        causes: [],
        lessons: [item],
        edits: [
          { ...edit, target_section: "## B" },
          { ...edit, file: "../x.md" },
        ],
      },
      { causes: [], lessons: [item], edits: [{ ...edit, lessons: [2] }] },
      { causes: [], lessons: [item], edits: "none" },
      { path: { overview: "O", steps: ["S"] }, lessons: [] },
    ],
  },
  patch: {
    context: { lessons: 2 },
    replies: [
      { reasoning: "", edits: [] },
      { reasoning: "R", edits: [{ ...edit, lessons: [2, 1, 1], target_text: null, old_text: "" }], changelog_entries: ["E"] },
      { reasoning: "R", edits: [{ op: "createFile", file: "/x", content: "c", lessons: [1] }] },
      {
        reasoning: "R",
        edits: [
          { ...edit, op: "insert" },
          { ...edit, lessons: [] },
          { ...edit, lessons: [3], note: "n" },
          { ...edit, file: 1 },
        ],
      },
      { reasoning: "R", edits: [{ op: "replace_in_section", file: "SKILL.md", old_text: "", content: "", lessons: [1] }] },
      { edits: "none" },
    ],
  },
  draft: {
    context: draft,
    replies: [
      { files: [main("\n# S\n")] },
      { files: [] },
      { files: [main("\n# S\n\n[a](references/a.md)\n"), { path: "references/a.md", content: "a\n\n\n" }] },
      { files: [main("\n".repeat(9)), { path: "references/a.md", content: "a\nb\nc\nd\ne" }, { path: "references/b.md", content: "b" }] },
      { files: [main("# S"), main("# S"), { path: "references/../a.md", content: "" }] },
    ],
  },
};

function judge(): Json {
  return Object.entries(samples).map(([id, { context, replies }]) => {
    const form = allForms[id];
    if (form === undefined) throw new Error(`no form ${id}`);
    const verdicts = replies.map((reply) => {
      // Replies come from JSON: what is undefined here is not there at all.
      const verdict = form.check(JSON.parse(JSON.stringify(reply)), context);
      return verdict.ok ? { takes: readable(verdict.value) } : { says: verdict.problem.split("\n") };
    });
    return { id, rev: form.rev, verdicts };
  });
}

/** A value as JSON, bytes as the text they hold. */
function readable(value: unknown): Json {
  return JSON.parse(JSON.stringify(value), (_, part) => (part?.type === "Buffer" ? Buffer.from(part.data).toString() : part));
}

function accept(now: Json): void {
  const read = (json: Json): ReadonlyMap<string, string> =>
    new Map((Array.isArray(json) ? json : []).map((form) => [`${form.id} ${form.rev}`, canonicalJson(form)]));
  if (existsSync(goldenPath)) {
    const old = read(JSON.parse(readFileSync(goldenPath, "utf8")));
    for (const [form, text] of read(now))
      if (old.has(form) && old.get(form) !== text) throw new Error(`what form ${form} takes or says has changed: raise its rev first`);
  }
  writeFileSync(goldenPath, `${JSON.stringify(now, null, 1)}\n`);
}

it("take and say what the checked-in golden says for these revisions", () => {
  const now = judge();
  if (process.env.T2S_UPDATE_WIRE === "1") accept(now);
  expect(now).toEqual(JSON.parse(readFileSync(goldenPath, "utf8")));
});

it("are registered under their own names, each once", () => {
  for (const [id, form] of Object.entries(allForms)) expect(form.id).toBe(id);
});
