import { describe, expect, it } from "vitest";
import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { applyAndValidate } from "./apply-and-validate.ts";
import { countingAuthor } from "./ask-author.ts";
import { append, file, patch, reasons, run, skillText, start, textOf } from "./consolidation.fixture.ts";
import { freshFindings } from "./fresh-findings.ts";
import { block, echoMerge, type Said, scriptedAuthor } from "./scripted-author.fixture.ts";

const sizes = { skill_lines: 500, reference_lines: 300, references: 5 };
const keep = { min_support: 1, below: "keep" } as const;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
const lines = (n: number, what: string): string =>
  upTo(n)
    .map((k) => `- ${what}, point ${k}.`)
    .join("\n");
const mainLines = skillText.split("\n").length - 1;

describe("sizes", () => {
  it("send the least supported text to references, not the best supported", async () => {
    const patches = [
      ...[0, 1, 2].map((n) => patch(n, [append("## Checks", lines(5, "strong"))])),
      ...[3, 4].map((n) => patch(n, [append("## Checks", lines(5, "middle"))])),
      patch(5, [append("## Checks", lines(5, "weak"))]),
    ];
    const limited = { ...sizes, skill_lines: mainLines + 18 };
    const result = await run(patches, scriptedAuthor(echoMerge), { prevalence: keep, sizes: limited });
    expect(textOf(result)).toContain("- strong, point 4.");
    expect(textOf(result)).toContain("- middle, point 4.");
    expect(textOf(result)).not.toContain("- weak");
    expect(textOf(result, "references/notes-checks.md")).toContain("- weak, point 4.");
    expect(result.lineage.edits.map(({ id }) => id)).toEqual(["m1.1e1", "m1.1e4", "n1", "n0"]);
    expect(freshFindings(start, result.files, limited)).toEqual([]);
  });

  it("withhold what has no place anywhere, and say so", async () => {
    const patches = [patch(0, [append("## Checks", lines(40, "long"))]), patch(1, [append("## Reading", "- short")])];
    const limited = { skill_lines: mainLines + 10, reference_lines: 30, references: 5 };
    const result = await run(patches, scriptedAuthor(echoMerge), { prevalence: keep, sizes: limited });
    expect(reasons(result.departures)).toEqual({ "m1.1e1": "size-budget" });
    expect(textOf(result)).toContain("- short");
  });

  it("withhold changes, which cannot be moved", async () => {
    const grow = (content: string): SkillEdit => ({
      op: "replace_in_section",
      file: "SKILL.md",
      old_text: "Usually keep formats.",
      content,
    });
    const result = await run([patch(0, [grow(lines(9, "more"))])], scriptedAuthor(echoMerge), {
      prevalence: keep,
      sizes: { ...sizes, skill_lines: mainLines + 4 },
    });
    expect(result.state).toBe("unchanged");
    expect(result.departures).toMatchObject([{ edit: "p000e1", reason: "size-budget", note: "SKILL.md would be 5 lines too long." }]);
  });

  it("of references withhold the weakest addition", async () => {
    const patches = [
      ...[0, 1].map((n) => patch(n, [append("# Formulas", lines(5, "strong"), "references/formulas.md")])),
      patch(2, [append("# Formulas", lines(5, "weak"), "references/formulas.md")]),
    ];
    const result = await run(patches, scriptedAuthor(echoMerge), { sizes: { ...sizes, reference_lines: 12 } });
    expect(textOf(result, "references/formulas.md")).toContain("strong");
    expect(reasons(result.departures)).toMatchObject({ "m1.1e3": "size-budget" });
  });

  it("fold new references into notes when there would be too many", async () => {
    const pair = (n: number): SkillEdit[] => [
      { op: "create", file: `references/subject-${n}.md`, content: `# Subject ${n}\n\nDetail ${n}.\n` },
      append("## Reading", `- For subject ${n} read [it](references/subject-${n}.md).`),
    ];
    const limited = { ...sizes, references: 3 };
    const result = await run(
      upTo(4).map((n) => patch(n, pair(n))),
      scriptedAuthor(echoMerge),
      { prevalence: keep, sizes: limited },
    );
    const references = result.files.map(({ path }) => path).filter((path) => path.startsWith("references/"));
    expect(references.length).toBeLessThanOrEqual(3);
    for (const n of upTo(4)) expect(references.map((path) => textOf(result, path)).join("")).toContain(`Detail ${n}.`);
    expect(freshFindings(start, result.files, limited)).toEqual([]);
    expect(result.departures).toEqual([]);
  });

  it("that S0 exceeds already are not held against an evolution that adds nothing", async () => {
    const change: SkillEdit = {
      op: "replace_in_section",
      file: "SKILL.md",
      old_text: "Usually keep formats.",
      content: "Always keep formats.",
    };
    const result = await run([patch(0, [change])], scriptedAuthor(echoMerge), { prevalence: keep, sizes: { ...sizes, skill_lines: 20 } });
    expect(result.state).toBe("evolved");
  });
});

describe("the format check", () => {
  it("does not count what S0 had already, wherever it has moved to", () => {
    const bad = [
      file("SKILL.md", skillText.replace("Then save", "See [x](references/none.md).\n\nThen save")),
      file("scripts/recalc.py", "x"),
    ];
    const moved = [
      file("SKILL.md", `${Buffer.from(bad[0]?.bytes ?? []).toString()}`.replace("## Reading", "New.\n\n## Reading")),
      file("scripts/recalc.py", "x"),
    ];
    expect(freshFindings(bad, moved, sizes)).toEqual([]);
    const twice = [
      file("SKILL.md", `${Buffer.from(moved[0]?.bytes ?? []).toString()}\nSee [x](references/none.md).\n`),
      file("scripts/recalc.py", "x"),
    ];
    expect(freshFindings(bad, twice, sizes).map(({ rule }) => rule)).toEqual(["dead-link"]);
  });

  it("guards the front matter", () => {
    const renamed = start.map((one) =>
      one.path === "SKILL.md" ? file("SKILL.md", skillText.replace("name: sheets", "name: other")) : one,
    );
    expect(freshFindings(start, renamed, sizes).map(({ rule }) => rule)).toContain("front-matter-changed");
  });
});

/** Links to files that nobody has are refused with the edit, except where the same dead link stands in S0 already: then a further one only shows in the check of the whole. */
const lurking: readonly SkillFile[] = [file("SKILL.md", skillText.replace("references/formulas.md", "scripts/none.py"))];

function traced(id: string, edit: SkillEdit, tasks: readonly string[]): TracedEdit {
  return { id, edit, leaves: [`p${id}`], tasks: [...tasks] };
}

describe("repair", () => {
  const dead = traced("a", append("## Checks", "See [the script](scripts/none.py)."), ["t1", "t2"]);
  const good = traced("b", append("## Reading", "- Good advice."), ["t1"]);
  const attempt = (say: (user: string, round: number) => Said, edits = [dead, good], rounds = 3) => {
    let round = 0;
    const author = scriptedAuthor((asked) => say(asked.user, ++round));
    return {
      author,
      result: applyAndValidate(lurking, { main: edits, aside: [], departures: [] }, { sizes, rounds, author: countingAuthor(author) }),
    };
  };
  const mend: Json = {
    reasoning: "",
    edits: [{ op: "replace_in_section", file: "SKILL.md", old_text: "See [the script](scripts/none.py).", content: "See the script." }],
  };

  it("shows what failed and keeps what was said, on the lineage of the line it mends", async () => {
    const { author, result } = attempt(() => mend);
    const { draft, departures } = await result;
    const asked = author.asked[0];
    expect(asked?.role).toBe("validator");
    expect(block(asked?.user ?? "", "findings")).toMatch(/^SKILL\.md:\d+: error: The link scripts\/none\.py leads to .* \(dead-link\)$/);
    expect(departures).toEqual([]);
    expect(textOf({ files: draft?.files ?? [] })).toContain("2. Compare it.\n\nSee the script.\n");
    expect(draft?.edits.at(-1)).toMatchObject({ id: "r1e1", leaves: ["pa"], tasks: ["t1", "t2"] });
    const text = textOf({ files: draft?.files ?? [] }).split("\n");
    const spans = draft?.spans[0]?.spans ?? [];
    const originOf = (line: string): string | null | undefined =>
      spans.find(({ from, to }) => from <= text.indexOf(line) + 1 && text.indexOf(line) + 1 <= to)?.edit;
    expect([originOf("See the script."), originOf("- Good advice."), originOf("## Checks")]).toEqual(["r1e1", "b", null]);
    expect(spans.at(-1)?.to).toBe(text.length - 1);
  });

  it("says what was no use, and gives up after its rounds: then the edit to blame is withheld and the rest stays", async () => {
    const wrong: Json = { reasoning: "", edits: [{ op: "replace_in_section", file: "SKILL.md", old_text: "not there", content: "x" }] };
    const { author, result } = attempt(() => wrong);
    const { draft, departures } = await result;
    expect(author.asked).toHaveLength(3);
    expect(block(author.asked[1]?.user ?? "", "problem")).toContain('r1e1: The text "not there" does not stand in SKILL.md.');
    expect(departures.filter(({ edit }) => edit === "a")).toMatchObject([{ stage: "repair", reason: "broke-validation" }]);
    expect(draft?.edits.map(({ id }) => id)).toEqual(["b"]);
    expect(textOf({ files: draft?.files ?? [] })).toContain("- Good advice.");
  });

  it("may not touch files without a finding, the front matter, or make things worse", async () => {
    const { result } = attempt((_, round) => ({
      reasoning: "",
      edits: [
        round === 1
          ? { op: "replace_in_section", file: "SKILL.md", old_text: "description: Work with spreadsheets.", content: "description: x" }
          : append("## Reading", "See [y](scripts/none.py)."),
      ],
    }));
    const { draft, departures } = await result;
    expect(reasons(departures)).toMatchObject({ r1e1: "protected", r2e1: "broke-validation", a: "broke-validation" });
    expect(draft?.edits.map(({ id }) => id)).toEqual(["b"]);
  });

  it("is not asked for with no rounds, or when the reply cannot be read more than once", async () => {
    const none = attempt(() => mend, [dead, good], 0);
    expect((await none.result).draft?.edits.map(({ id }) => id)).toEqual(["b"]);
    expect(none.author.asked).toEqual([]);
    const silent = attempt(() => ({ outcome: "silent" }));
    expect((await silent.result).draft?.edits.map(({ id }) => id)).toEqual(["b"]);
  });

  it("that fails leaves S0 as it is when nothing else passes", async () => {
    const author = scriptedAuthor((asked) => (asked.role === "merger" ? echoMerge(asked) : { outcome: "silent" }));
    const patches = [0, 1].map((n) => patch(n, [append("## Checks", "See [the script](scripts/none.py).")]));
    const result = await run(patches, author, {}, { start: lurking });
    expect(result.state).toBe("refused");
    expect(result.files).toBe(lurking);
    expect(result).toMatchObject({ diff: "", findings: [{ rule: "dead-link" }], lineage: { edits: [] } });
    expect(reasons(result.departures)).toMatchObject({ "m1.1e1": "broke-validation" });
  });
});
