import { describe, expect, it } from "vitest";
import { validateFiles } from "../../skill/validate-skill.ts";
import { append, coverageOf, file, idOf, patch, reasons, run, skillText, start, textOf } from "./consolidation.fixture.ts";
import { echoMerge, scriptedAuthor } from "./scripted-author.fixture.ts";

const echo = () => scriptedAuthor(echoMerge);
const errors = (files: Parameters<typeof validateFiles>[0]) =>
  validateFiles(files, "sheets").filter(({ severity }) => severity === "error");
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe("consolidate", () => {
  it("applies what recurs, with lineage from line to episode", async () => {
    const patches = [patch(0, [append("## Checks", "3. Recalculate first.")]), patch(3, [append("## Checks", "3. Recalculate first.")])];
    const result = await run(patches, echo());
    expect(result.state).toBe("evolved");
    expect(textOf(result)).toContain("2. Compare it.\n3. Recalculate first.\n");
    const line = textOf(result).split("\n").indexOf("3. Recalculate first.") + 1;
    const [main] = result.lineage.files;
    expect(main?.spans).toContainEqual({ from: line, to: line, edit: "m1.1e1" });
    expect(result.lineage.edits).toMatchObject([
      { id: "m1.1e1", leaves: ["p000e1", "p003e1"], tasks: ["task-0", "task-3"], patches: ["p000", "p003"], nodes: ["m1.1"] },
    ]);
    expect(reasons(result.departures)).toEqual({ "m1.1e2": "duplicate" });
    expect(result.changelog).toBe("# Changes\n\n- SKILL.md, ## Checks (added): Recalculate first. [m1.1e1; 2 tasks, 2 proposals]\n");
    expect(result.diff).toContain("+3. Recalculate first.");
    expect(result.calls).toBe(1);
    const { lessons, counts } = coverageOf(patches, result);
    expect(lessons.map(({ state, edits }) => [state, edits[0]?.appliedAs])).toEqual([
      ["applied", "m1.1e1"],
      ["applied", "m1.1e1"],
    ]);
    expect(counts).toMatchObject({ edits: 2, "edits.applied": 2, "lessons.applied": 2 });
  });

  it("withholds conflicts, duplicates, orphans and strangers, each with its reason", async () => {
    const replace = (content: string) =>
      ({ op: "replace_in_section", file: "SKILL.md", old_text: "Usually keep formats.", content }) as const;
    const patches = [
      patch(0, [replace("Always keep formats.")]),
      patch(1, [replace("Always keep formats.")], "task-1"),
      patch(2, [replace("Never keep formats.")]),
      patch(3, [append("## Reading", "- Read [this](references/new.md).")]),
      patch(4, [{ op: "create", file: "references/orphan.md", content: "# O\n\ntext" }]),
      patch(5, [append("# T", "x", "../outside.md")]),
      patch(6, [append("# T", "x", "scripts/recalc.py")]),
      patch(7, [append("## Nowhere", "- y")]),
    ];
    const result = await run(patches, echo(), { prevalence: { min_support: 1, below: "keep" }, translate: false });
    expect(textOf(result)).toContain("Always keep formats.");
    expect(reasons(result.departures)).toEqual({
      p003e1: "unpaired-link",
      p004e1: "unlinked-create",
      p005e1: "out-of-tree",
      p006e1: "protected",
      "m1.1e2": "duplicate",
      "m1.1e3": "contradiction",
      "m1.1e4": "unresolved-anchor",
    });
    const { lessons } = coverageOf(patches, result);
    expect(lessons.map(({ patch: id, state, edits }) => [id, state, edits[0]?.departure?.reason])).toEqual([
      ["p000", "applied", undefined],
      ["p001", "applied", undefined],
      ["p002", "not-applied", "contradiction"],
      ["p003", "not-applied", "unpaired-link"],
      ["p004", "not-applied", "unlinked-create"],
      ["p005", "not-applied", "out-of-tree"],
      ["p006", "not-applied", "protected"],
      ["p007", "not-applied", "unresolved-anchor"],
    ]);
  });

  it.each([2, 3, 5, 32, "all"] as const)("keeps all of 70 patches with groups of %s", async (batch_size) => {
    const patches = upTo(70).map((n) =>
      patch(n, [append(["## Reading", "## Writing", "## Checks"][n % 3] ?? "", `- Rule ${n} of its own kind.`)]),
    );
    const result = await run(patches, echo(), {
      merge: { batch_size, max_levels: 8, grouping: "task-order", leftovers: "balanced" },
      prevalence: { min_support: 1, below: "keep" },
    });
    for (const n of upTo(70)) expect(textOf(result)).toContain(`- Rule ${n} of its own kind.\n`);
    expect(result.departures).toEqual([]);
    expect(errors(result.files)).toEqual(errors(start));
  });

  it("gives the same to the byte whatever order calls end in", async () => {
    const patches = upTo(30).map((n) => patch(n, [append("## Checks", `3. Rule ${n % 11}.`), append("## Nowhere", "- z")]));
    const say: Parameters<typeof scriptedAuthor>[0] = (asked) =>
      asked.form === "merge"
        ? echoMerge(asked)
        : { edit: { op: "append_to_section", file: "SKILL.md", target_section: "## Reading", content: "- z" } };
    const results = [];
    for (const delays of [undefined, 5, 6])
      results.push(
        JSON.stringify(
          await run(patches, scriptedAuthor(say, { delays }), {
            merge: { batch_size: 4, max_levels: 8, grouping: "shuffle", leftovers: "as-released" },
          }),
        ),
      );
    expect(new Set(results).size).toBe(1);
    expect(results[0]).toContain('"state":"evolved"');
  });

  it("leaves S0 alone when there is nothing to apply", async () => {
    const none = await run([], echo());
    expect(none).toMatchObject({ state: "unchanged", calls: 0, diff: "", departures: [], mergeTree: { nodes: [], levels: 0 } });
    expect(none.files).toBe(start);
    const weak = await run([patch(0, [append("## Checks", "- x")])], echo(), { prevalence: { min_support: 2, below: "drop" } });
    expect(weak.state).toBe("unchanged");
    expect(reasons(weak.departures)).toEqual({ p000e1: "below-support" });
    expect(weak.lineage.files.flatMap(({ spans }) => spans.map(({ edit }) => edit))).toEqual([null, null, null]);
  });

  it("handles a skill with CR LF and signs from all over the world", async () => {
    const text = skillText
      .replace("Formulas: see [formulas](references/formulas.md).", "Überblick.")
      .replace("Open the workbook.", "Öffne die Mappe 📗 日本語.")
      .replaceAll("\n", "\r\n");
    const crlf = [file("SKILL.md", text)];
    const patches = [0, 1].map((n) =>
      patch(n, [{ op: "insert_after", file: "SKILL.md", target_text: "Öffne die Mappe 📗 日本語.", content: "- 確認する 🔍" }]),
    );
    const result = await run(patches, echo(), {}, { start: crlf });
    expect(result.state).toBe("evolved");
    expect(textOf(result)).toContain("Öffne die Mappe 📗 日本語.\r\n- 確認する 🔍\r\n");
    expect(textOf(result).replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("refuses ids that name two things, and patches outside of the plan", async () => {
    await expect(run([patch(0, []), patch(0, [])], echo())).rejects.toThrow("two patches or edits are called p000");
    await expect(run([patch(4, [])], echo(), {}, { plan: [idOf(0)] })).rejects.toThrow("patch p004 is not in the plan");
  });
});
