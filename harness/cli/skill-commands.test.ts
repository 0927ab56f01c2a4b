import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { type Lineage, lineageSchema } from "../core/evolution.ts";
import { applyEdits } from "../skill/edit/apply-edits.ts";
import { diffSkills } from "../skill/edit/diff-skills.ts";
import { skillOf, traced } from "../skill/edit/edits.fixture.ts";
import { writeSkill } from "../skill/edit/write-skill.ts";
import type { SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";
import { readContext } from "./context.ts";
import { skillCommands } from "./skill-commands.ts";

const hostile = "a\u001b]0;owned\u0007b\u009b2Jc\u202egnp.exe\u2066\u200f\u007f";
/** What must never reach a terminal. */
const acting = /[^\P{Cc}\n\t]|\p{Bidi_Control}/u;
const start = skillOf({ "SKILL.md": "# T\n\n## Checks\n\n- a\n", "references/r.md": "# R\n" });
const edits = [traced("e1", { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- b\n- c" })];

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-skill-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

/** What a command prints, or the sentence it is refused with. */
async function t2s(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  let [out, code]: [string, number | null] = ["", null];
  const print = (text: string): void => {
    out += text;
  };
  const command = new Command("t2s");
  skillCommands(command, { ...readContext(), cwd: root, out: print, err: print }, (given) => {
    code = given;
  });
  try {
    await command.parseAsync(["skill", ...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: null, out: error.message };
  }
  return { code, out };
}

/** An evolution in <root>/s41, its lineage changed at will. */
async function evolve(change: (lineage: Lineage) => Lineage = (same) => same): Promise<void> {
  const result = applyEdits(start, edits);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const lineage = lineageSchema.parse({
    v: 1,
    start: skillHash(start),
    skill: skillHash(result.files),
    files: result.spans,
    edits: edits.map((edit) => ({ ...edit, patches: ["p1"], nodes: [] })),
    patches: [{ id: "p1", task: "task-0", source: "error", analysis: "imported", episode: "1".repeat(64) }],
  });
  await writeSkill(join(root, "s41/skill"), result.files);
  await writeFile(join(root, "s41/lineage.json"), JSON.stringify(change(lineage)));
}

describe("what is printed", () => {
  it("of a diff does nothing to a terminal, and is exact where nothing could", async () => {
    const changed: SkillFile[] = skillOf({ "SKILL.md": `# T\n\n## Checks\n\n- ${hostile}\t\u00e9\u6f22\n`, "references/r.md": "# R\n" });
    await writeSkill(join(root, "s0"), start);
    await writeSkill(join(root, "s1"), changed);
    const { code, out } = await t2s("diff", "s0", "s1");
    expect(code).toBe(1);
    expect(out).not.toMatch(acting);
    expect(out).toContain("+- a\\u001b]0;owned\\u0007b\\u009b2Jc\\u202egnp.exe\\u2066\\u200f\\u007f\t\u00e9\u6f22\n");
    expect(diffSkills(start, changed)).toContain(hostile);
    await evolve();
    expect((await t2s("diff", "s0", "s41")).out).toContain("\n - a\n+- b\n+- c\n");
  });

  it.each([[[]], [["--json"]]])("of an explanation with %j does nothing to a terminal", async (options) => {
    await evolve((lineage) => ({ ...lineage, edits: lineage.edits.map((edit) => ({ ...edit, tasks: [hostile], nodes: [hostile] })) }));
    for (const place of ["s41", "s41:11"]) {
      const { code, out } = await t2s("explain", place, ...options);
      expect(code).toBe(0);
      expect(out).not.toMatch(acting);
      if (options.length > 0) expect(JSON.parse(out)).toMatchObject({ tasks: [hostile] });
    }
  });

  it("of a refusal does nothing to a terminal", async () => {
    await evolve((lineage) => ({ ...lineage, files: lineage.files.map((file) => ({ ...file, path: `${file.path}${hostile}` })) }));
    const { out } = await t2s("explain", "s41");
    expect(out).toContain("does not fit the skill");
    expect(out).not.toMatch(acting);
  });
});

type Span = Lineage["files"][number]["spans"][number];
const withSpans = (spans: readonly Span[]) => (lineage: Lineage) => ({
  ...lineage,
  files: lineage.files.map((file) => (file.path === "SKILL.md" ? { ...file, spans: [...spans] } : file)),
});
const s0 = (from: number, to: number): Span => ({ from, to, edit: null });

describe("a lineage that does not fit", () => {
  it.each<[string, (lineage: Lineage) => Lineage, string]>([
    ["spans beyond the file", withSpans([s0(1, 10_000_000)]), "it describes 10000000 lines, but there are 12"],
    ["spans that end early", withSpans([s0(1, 11)]), "it describes 11 lines, but there are 12"],
    ["negative lines", withSpans([s0(-3, 12)]), "goes on with line -3 where line 1 was expected"],
    ["spans turned round", withSpans([s0(1, 10), s0(11, 4)]), "its lines from 11 end at 4"],
    ["overlapping spans", withSpans([s0(1, 10), s0(9, 12)]), "goes on with line 9 where line 11"],
    ["gaps", withSpans([s0(1, 3), s0(6, 12)]), "goes on with line 6 where line 4"],
    ["an edit that is nowhere", withSpans([{ from: 1, to: 12, edit: "e9" }]), "line 1 comes from the edit e9, which it does not describe"],
    ["a patch that is nowhere", (one) => ({ ...one, patches: [] }), "its edit e1 comes from the patch p1, which it does not describe"],
    ["an edit told twice", (one) => ({ ...one, edits: [...one.edits, ...one.edits] }), "it describes the edit e1 twice"],
    ["a file told twice", (one) => ({ ...one, files: [...one.files, ...one.files] }), "it describes the file SKILL.md twice"],
    ["a file left out", (one) => ({ ...one, files: one.files.slice(0, 1) }), "it says nothing of references/r.md"],
    [
      "a file that is not there",
      (one) => ({ ...one, files: [...one.files, { path: "references/x.md", spans: [] }] }),
      "it describes references/x.md, which the skill does not have",
    ],
  ])("with %s is refused in one sentence, whatever is asked", async (_, change, expected) => {
    await evolve(change);
    for (const place of ["s41", "s41:1", "s41/skill/references/r.md"]) {
      const { code, out } = await t2s("explain", place);
      expect(code).toBeNull();
      expect(out).toMatch(/^The lineage does not fit the skill in [^\n]*; run the evolution again [^\n]*\.$/);
      expect(out).toContain(expected);
    }
  });

  it("is told from one of another skill, which names both hashes", async () => {
    await evolve();
    expect((await t2s("explain", "s41")).code).toBe(0);
    const file = join(root, "s41/skill/SKILL.md");
    await writeFile(file, `${await readFile(file, "utf8")}More.\n`);
    expect((await t2s("explain", "s41")).out).toMatch(/belongs to the skill with hash/);
  });
});
