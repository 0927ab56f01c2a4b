import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { type Coverage, coverageSchema, type Lineage, lineageSchema } from "../core/evolution.ts";
import { applyEdits } from "../skill/edit/apply-edits.ts";
import { skillOf, traced } from "../skill/edit/edits.fixture.ts";
import { writeSkill } from "../skill/edit/write-skill.ts";
import { skillHash } from "../skill/read-skill.ts";
import { type CliContext, readContext } from "./context.ts";
import { skillDiff, skillExplain, skillInstall } from "./skill-command.ts";

const start = skillOf({ "SKILL.md": "# T\n\n## Checks\n\n- a\n", "references/r.md": "# R\n" });
const edits = [
  traced("m1.1e1", { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- b\n- c" }, 3),
  traced("p002e1", { op: "append_to_section", file: "references/r.md", target_section: "# R", content: "Text." }, 5),
];

let root = "";
let out = "";
let context: CliContext;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-explain-"));
  out = "";
  context = {
    ...readContext(),
    cwd: root,
    env: { HOME: join(root, "home") },
    out: (text) => {
      out += text;
    },
  };
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

/** An evolution as `t2s run` keeps it, in <root>/s41. */
async function evolve(): Promise<void> {
  const result = applyEdits(start, edits);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const patch = { task: "task-0", source: "error" as const, analysis: "imported" };
  const lineage: Lineage = lineageSchema.parse({
    v: 1,
    start: skillHash(start),
    skill: skillHash(result.files),
    files: result.spans,
    edits: edits.map((edit, i) => ({ ...edit, patches: [`p00${i + 1}`], nodes: i === 0 ? ["m1.1"] : [] })),
    patches: [1, 2].map((n) => ({ ...patch, id: `p00${n}`, episode: `${n}`.repeat(64) })),
  });
  const coverage: Coverage = coverageSchema.parse({
    v: 1,
    episodes: [],
    lessons: [
      {
        patch: "p001",
        lesson: 0,
        title: "Look at the types",
        edits: [{ edit: "p001e1", appliedAs: "m1.1e1", departure: null }],
        state: "applied",
      },
    ],
    departures: [],
    counts: {},
  });
  await writeSkill(join(root, "s41/skill"), result.files);
  await writeFile(join(root, "s41/lineage.json"), JSON.stringify(lineage));
  await writeFile(join(root, "s41/coverage.json"), JSON.stringify(coverage));
}

async function message(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("skill explain", () => {
  it.each(["s41/skill:11", "s41:11", "s41/skill/SKILL.md:11"])("says of %s which edit put it there", async (place) => {
    await evolve();
    expect(await skillExplain(place, {}, context)).toBe(0);
    expect(out).toBe(`SKILL.md:11–12  m1.1e1: append_to_section "## Checks", support 3
  tasks    task-0, task-1, task-2
  patches  p001 (error, task task-0, episode 111111111111)
  merged   m1.1
  lessons  Look at the types
`);
  });

  it("goes through a file, references too", async () => {
    await evolve();
    await skillExplain("s41/skill/references/r.md", {}, context);
    expect(out.split("\n").slice(0, 2)).toEqual([
      "references/r.md:1  as in the start skill",
      'references/r.md:2–3  p002e1: append_to_section "# R", support 5',
    ]);
    out = "";
    await skillExplain("s41/skill/SKILL.md:1", {}, context);
    expect(out).toBe("SKILL.md:1–10  as in the start skill\n");
  });

  it("lists all edits by support", async () => {
    await evolve();
    await skillExplain("s41", {}, context);
    expect(out.indexOf("p002e1")).toBeLessThan(out.indexOf("m1.1e1"));
    expect(out).toContain("Look at the types");
    expect(out).toContain("2 edits from 2 patches; 4 of 15 lines are theirs");
    out = "";
    await skillExplain("s41", { json: true }, context);
    const rows: unknown[] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { edit: "p002e1", file: "references/r.md", from: 2, to: 3, support: 5, lessons: [] },
      { edit: "m1.1e1", file: "SKILL.md", from: 11, to: 12, nodes: ["m1.1"], lessons: ["Look at the types"] },
    ]);
  });

  it("does without coverage", async () => {
    await evolve();
    await rm(join(root, "s41/coverage.json"));
    await skillExplain("s41:11", { json: true }, context);
    expect(JSON.parse(out)).toMatchObject({ edit: "m1.1e1", lessons: [] });
  });

  it.each([
    ["s41:99", /SKILL\.md has no line 99; its lines go from 1 to 12/],
    ["s41:0", /has no line 0/],
    ["none", /none does not exist/],
    ["none:3", /none:3 does not exist/],
    ["s41/lineage.json", /is in no skill/],
    ["plain", /no lineage\.json beside plain/],
    ["empty", /has no SKILL\.md/],
  ])("says in one sentence what is wrong with %s", async (place, expected) => {
    await evolve();
    await writeSkill(join(root, "plain"), start);
    await mkdir(join(root, "empty"));
    expect(await message(skillExplain(place, {}, context))).toMatch(expected);
  });

  it("refuses a lineage of another skill and one that is damaged", async () => {
    await evolve();
    await writeFile(join(root, "s41/skill/SKILL.md"), "---\nname: x\ndescription: d\n---\nMine.\n");
    expect(await message(skillExplain("s41:1", {}, context))).toMatch(/belongs to the skill with hash .* it was changed/);
    await writeFile(join(root, "s41/lineage.json"), "{");
    expect(await message(skillExplain("s41", {}, context))).toMatch(/not readable JSON/);
    await writeFile(join(root, "s41/lineage.json"), '{"v":2}');
    expect(await message(skillExplain("s41", {}, context))).toMatch(/not as t2s writes it/);
  });
});

it("skill diff prints a unified diff and answers 1 when the skills differ", async () => {
  await evolve();
  await writeSkill(join(root, "s0"), start);
  expect(await skillDiff("s0", "s41", context)).toBe(1);
  expect(out).toContain("--- a/SKILL.md\n+++ b/SKILL.md\n");
  expect(out).toContain("\n - a\n+- b\n+- c\n");
  out = "";
  expect(await skillDiff("s0", "s0", context)).toBe(0);
  expect(out).toBe("");
});

it("skill install takes an evolution's folder and a ~ that no shell expanded", async () => {
  await evolve();
  expect(await skillInstall("s41", "~/.claude/skills", {}, context)).toBe(0);
  expect(out).toBe(`my-skill installed in ${join(root, "home/.claude/skills/my-skill")}\n`);
  expect(await readdir(join(root, "home/.claude/skills/my-skill"))).toEqual(["SKILL.md", "references"]);
  out = "";
  await skillInstall("s41", "~/.claude/skills", {}, context);
  expect(out).toMatch(/is there already, unchanged/);
  await writeSkill(join(root, "s0"), start);
  expect(await message(skillInstall("s0", "~/.claude/skills", {}, context))).toMatch(/--force/);
  await skillInstall("s0", "~/.claude/skills", { force: true }, context);
  expect(out).toContain("replaced in");
});
