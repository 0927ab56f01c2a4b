import { describe, expect, it } from "vitest";
import { hashJson } from "../../core/json.ts";
import { append, patch, reasons, run, textOf } from "./consolidation.fixture.ts";
import { mergePrompt, synthesisPrompt } from "./consolidation-prompt.ts";
import { type Asked, block, scriptedAuthor } from "./scripted-author.fixture.ts";

/** Keeps every edit as it is, whether its support is shown or not. */
function keepAll({ user }: Asked) {
  const patches: { edits: { id: string; support?: number }[] }[] = JSON.parse(block(user, "patches"));
  const edits = patches.flatMap((one) => one.edits).map(({ id, support: _, ...edit }) => ({ ...edit, from: [id] }));
  return { reasoning: "kept", edits, dropped: [], changelog_entries: [] };
}

describe("a prior that is left out", () => {
  it("leaves the prompts of those who keep it as they were", () => {
    // Stored merges are found by these texts; a change of them re-runs every merge.
    expect([mergePrompt([]), synthesisPrompt([])].map((text) => hashJson(text).slice(0, 8))).toMatchInlineSnapshot(`
      [
        "bd21f7b0",
        "d4c4a312",
      ]
    `);
  });

  it("is gone from what a merge is told", () => {
    const without = mergePrompt(["prevalence"]);
    for (const word of [/support/i, /recur/i, /more often/i]) expect(without).not.toMatch(word);
    expect(mergePrompt([])).toMatch(/2\. \*\*What recurs leads/);
    expect(mergePrompt(["style"])).not.toMatch(/\*\*Lean/);
    expect(mergePrompt(["guardrails"])).not.toMatch(/No overlap|Pairs stay whole/);
    expect(synthesisPrompt(["prevalence"])).not.toMatch(/support/);
    for (const one of [["prevalence"], ["style", "guardrails"]] as const) {
      const numbers = [...mergePrompt(one).matchAll(/^(\d)\. \*\*|^(\d)\. Existing/gm)].map(([, a, b]) => Number(a ?? b));
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    }
  });

  it("prevalence: nobody sees how often something was proposed", async () => {
    const author = scriptedAuthor(keepAll);
    await run([patch(0, [append("## Checks", "- a")]), patch(1, [append("## Checks", "- b")])], author, { without: ["prevalence"] });
    expect(author.asked[0]?.user).not.toContain('"support"');
    const told = scriptedAuthor(keepAll);
    await run([patch(0, [append("## Checks", "- a")]), patch(1, [append("## Checks", "- b")])], told);
    expect(told.asked[0]?.user).toContain('"support"');
  });

  it("guardrails: conflicting edits are applied one behind the other, links may lead nowhere, nothing is mended", async () => {
    const replace = (content: string) => ({
      op: "replace_in_section" as const,
      file: "SKILL.md",
      old_text: "Usually keep formats.",
      content,
    });
    const patches = [
      patch(0, [replace("Never keep formats."), { op: "create" as const, file: "references/lonely.md", content: "# Lonely" }]),
      patch(1, [replace("Always keep formats."), append("## Reading", "See [gone](references/gone.md).")]),
    ];
    const settings = { prevalence: { min_support: 1, below: "keep" } as const };
    const guarded = await run(patches, scriptedAuthor(keepAll), settings);
    expect(guarded.files.map(({ path }) => path)).not.toContain("references/lonely.md");
    expect(textOf(guarded)).not.toContain("references/gone.md");
    const author = scriptedAuthor(keepAll);
    const free = await run(patches, author, { ...settings, without: ["guardrails"] });
    expect(free.state).toBe("evolved");
    expect(textOf(free)).toContain("Never keep formats.");
    expect(textOf(free)).toContain("See [gone](references/gone.md).");
    expect(textOf(free, "references/lonely.md")).toBe("# Lonely\n");
    // The second one finds its anchor gone, and the translator cannot know.
    expect(Object.values(reasons(free.departures))).toEqual(["unresolved-anchor"]);
    expect(free.findings.some(({ severity }) => severity === "error")).toBe(true);
    expect(author.asked.map(({ role }) => role)).not.toContain("validator");
    const lines = textOf(free).split("\n");
    const origin = free.lineage.files.find(({ path }) => path === "SKILL.md")?.spans.find(({ edit }) => edit === "m1.1e1");
    expect(lines[(origin?.from ?? 0) - 1]).toBe("Never keep formats.");
  });

  it("guardrails: paths outside of the skill and protected parts stay out of reach", async () => {
    const patches = [
      patch(0, [
        { op: "create", file: "../outside.md", content: "x" },
        { op: "create", file: "scripts/run.sh", content: "x" },
        { op: "replace_in_section", file: "SKILL.md", old_text: "name: sheets", content: "name: other" },
        append("## Checks", "- fine"),
      ]),
    ];
    const free = await run(patches, scriptedAuthor(keepAll), { without: ["guardrails"] });
    expect(free.files.map(({ path }) => path)).toEqual(expect.not.arrayContaining(["../outside.md", "scripts/run.sh"]));
    expect(textOf(free)).toContain("name: sheets");
  });
});
