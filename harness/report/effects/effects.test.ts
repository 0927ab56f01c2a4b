import { describe, expect, it } from "vitest";
import type { LedgerEpisode } from "../../core/record.ts";
import { generateLedger, planDesign, roundTrip, shuffle } from "../generate-ledger.fixture.ts";
import { renderGridsMarkdown } from "../render-markdown.ts";
import { renderGrids } from "../render-terminal.ts";
import { effectsPage } from "./effects-page.ts";
import { countFlips } from "./flips.ts";
import { measureEffects, type SkillPart } from "./part-effects.ts";

const part = (id: string, title = `## ${id}`): SkillPart => ({
  kind: "section",
  id,
  file: "SKILL.md",
  from: 1,
  to: 3,
  title,
  edits: [],
  support: 2,
  along: [],
});

const plan = { seed: "effects", clusters: 60, cases: 1, arms: { whole: 0.75, "without-a": 0.2, "without-b": 0.75, "without-c": 0.95 } };
const design = planDesign(plan, { baseline: undefined, contrasts: [] });
const rows = roundTrip(generateLedger(plan));
const arms = {
  whole: "whole",
  arms: ["a", "b", "c"].map((id) => ({ name: `without-${id}`, parts: [part(id)] })),
};

describe("effects of parts", () => {
  const { effects, familySize } = measureEffects(rows, design, arms);
  const [a, b, c] = effects;

  it("are the whole minus the skill without the part, tested as one family", () => {
    expect(familySize).toBe(3);
    expect(effects.map(({ verdict }) => verdict)).toEqual(["helps", "no-effect-detected", "hurts"]);
    expect(a?.effect).toBeGreaterThan(0.3);
    expect(c?.effect).toBeLessThan(0);
    expect(b?.conclusion).toMatch(/^no effect detected \(detectable: \d+\.\d pp\)$/);
    for (const one of effects) {
      expect(one.interval?.low).toBeLessThan(one.effect ?? 0);
      expect(one.interval?.high).toBeGreaterThan(one.effect ?? 0);
      expect(one.pAdjusted).toBeGreaterThanOrEqual(one.p ?? 1);
    }
  });

  it("come with repairs and regressions whose difference is the effect on verdicts", () => {
    const mean = (name: string): number => {
      const values = rows.filter((row) => row.arm === name).flatMap(({ outcomes }) => outcomes.map(({ outcome }) => passed(outcome)));
      return values.reduce((sum, one) => sum + one, 0) / values.length;
    };
    const { repaired, broken, slots } = a?.flips ?? { repaired: null, broken: null, slots: 0 };
    expect(slots).toBe(180);
    expect((repaired?.share ?? 0) - (broken?.share ?? 0)).toBeCloseTo(mean("whole") - mean("without-a"), 12);
    expect(repaired?.interval?.low).toBeGreaterThan(0);
  });

  it("do not depend on the order of the rows", () => {
    expect(measureEffects(shuffle(rows, "other"), design, arms)).toEqual(measureEffects(rows, design, arms));
  });

  it("say so when nothing was judged in both arms", () => {
    const [one] = measureEffects(
      rows.filter((row) => row.arm !== "without-a"),
      design,
      arms,
    ).effects;
    expect(one).toMatchObject({ arm: "without-a", verdict: "no-data", effect: null, flips: { slots: 0, repaired: { share: null } } });
  });
});

describe("flips", () => {
  const row = (arm: string, task: string, passes: boolean | null): LedgerEpisode => ({
    type: "episode",
    v: 1,
    key: "0".repeat(64),
    arm,
    guidance: arm,
    solver: "m",
    benchmark: "bench",
    split: "sample",
    task,
    cluster: task,
    flags: [],
    rep: { seed: 1, attempt: 0, replica: 0 },
    simulated: [],
    state: passes === null ? "errored" : "graded",
    outcomes:
      passes === null
        ? []
        : [{ key: "1".repeat(64), outcome: { state: "graded", score: { scorer: "strict", value: Number(passes), passed: passes } } }],
  });

  it("pair equal slots, and take nothing missing for a failure", () => {
    const mine = [row("x", "1", true), row("x", "2", false), row("x", "3", true), row("x", "4", true)];
    const theirs = [row("y", "1", false), row("y", "2", true), row("y", "3", null)];
    const flips = countFlips(mine, theirs, "strict");
    expect(flips).toMatchObject({ slots: 2, repaired: { slots: 1, tasks: 1, share: 0.5 }, broken: { slots: 1, share: 0.5 } });
    expect(flips.tasks.map(({ task, repaired, broken }) => ({ task, repaired, broken }))).toEqual([
      { task: "1", repaired: 1, broken: 0 },
      { task: "2", repaired: 0, broken: 1 },
    ]);
  });
});

describe("the page", () => {
  it("shows hostile titles as text, on the terminal and in Markdown", () => {
    const hostile = "## \u001b[31m<img src=x onerror=alert(1)>\u202e|`x`";
    const measured = measureEffects(rows, design, { whole: "whole", arms: [{ name: "without-a", parts: [part("a", hostile)] }] });
    const page = effectsPage({ experiment: "x", arm: "evolved", skill: "f".repeat(64) }, measured, [
      { part: part("z", hostile), why: "beyond --max-arms 1" },
    ]);
    const text = renderGrids(page, { width: 100, color: false });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(text).toContain("beyond --max-arms 1");
    const markdown = renderGridsMarkdown(page);
    expect(markdown).not.toMatch(/(?<!\\)<img/);
    expect(markdown).toContain("\\<img");
  });
});

function passed(outcome: LedgerEpisode["outcomes"][number]["outcome"]): number {
  return outcome.state === "graded" ? Number(outcome.score.passed) : 0;
}
