import { describe, expect, it } from "vitest";
import { experimentSpecSchema } from "../../core/spec.ts";
import { isLearned } from "../guidance.ts";
import { rolesOf } from "./roles-of.ts";
import { resolveSettings } from "./settings.ts";

function settingsOf(guidance: object, evolution: object = {}, split = "verified/test") {
  const spec = experimentSpecSchema.parse({
    name: "e",
    benchmarks: [{ id: "spreadsheetbench", split }],
    arms: [{ name: "a", guidance }],
    solvers: ["m"],
    evolution,
  });
  const learned = spec.arms[0]?.guidance;
  if (learned === undefined || !isLearned(learned) || learned.kind === "irrelevant" || learned.kind === "shuffled")
    throw new Error("not learned");
  return { settings: resolveSettings(spec, "a", learned), guidance: learned };
}
const whole = { author: "m", start: { skill: "skills/s" } };

describe("settings of a learned arm", () => {
  it("are the paper's where nothing is said", () => {
    const { settings } = settingsOf({ kind: "evolved" }, whole);
    expect(settings).toMatchObject({
      preset: "as-paper",
      benchmark: "spreadsheetbench",
      split: "verified/evolve",
      signals: "combined",
      analysts: { error: "agentic", max_turns: 100, max_lessons: 3 },
      merge: { batch_size: 32, grouping: "task-order", leftovers: "balanced" },
      prevalence: { min_support: 2, below: "references" },
      select: { by: "validation", held_out: 0, measure: "selected" },
      repair_rounds: 3,
    });
  });

  it("take single fields from the arm, the rest from the experiment, the rest from the preset", () => {
    const { settings } = settingsOf(
      { kind: "evolved", author: "other", merge: { grouping: "section" }, roles: { merger: { model: "big" } } },
      { ...whole, preset: "as-released", merge: { batch_size: 8, grouping: "shuffle" }, roles: { merger: { sampling: "thinking" } } },
    );
    expect(settings.author).toBe("other");
    expect(settings.merge).toEqual({ batch_size: 8, grouping: "section", leftovers: "as-released", max_levels: 5 });
    expect(settings.roles.merger).toEqual({ model: "big", sampling: "thinking" });
    expect(settings.prevalence).toEqual({ min_support: 1, below: "keep" });
  });

  it("replace a start and a share whole instead of mixing two", () => {
    const { settings } = settingsOf({ kind: "evolved", start: "draft", require: "all" }, { ...whole, require: { share: 0.9 } });
    expect([settings.start, settings.require]).toEqual(["draft", "all"]);
  });

  it("leave out the priors that are settings", () => {
    const { settings } = settingsOf(
      { kind: "evolved", without: ["asymmetry", "prevalence"] },
      { ...whole, without: ["style"], prevalence: { min_support: 5 } },
    );
    expect(settings.without).toEqual(["asymmetry", "prevalence"]);
    expect(settings.analysts).toMatchObject({ error: "single-call", max_turns: 100 });
    expect(settings.prevalence).toEqual({ min_support: 1, below: "keep" });
    expect(settingsOf({ kind: "evolved" }, whole).settings.without).toEqual([]);
  });

  it("name what has no default", () => {
    expect(() => settingsOf({ kind: "evolved" }, { start: "draft" })).toThrow(/arm a: author is not set; name the model/);
    expect(() => settingsOf({ kind: "evolved" }, { author: "m" })).toThrow(/start is not set; give "draft"/);
    expect(() => settingsOf({ kind: "evolved" }, whole, "full")).toThrow(/split is not set; name the split/);
  });
});

describe("roles that are played", () => {
  const roles = (guidance: object, evolution: object = whole) => {
    const made = settingsOf(guidance, evolution);
    return rolesOf(made.guidance, made.settings);
  };
  it("depend on signals, start and kind", () => {
    expect(roles({ kind: "evolved" })).toEqual([
      "rollout",
      "error-analyst",
      "success-analyst",
      "patch-writer",
      "merger",
      "translator",
      "validator",
    ]);
    expect(roles({ kind: "evolved", signals: "error", start: "draft" })).toEqual(expect.arrayContaining(["drafter", "error-analyst"]));
    expect(roles({ kind: "evolved", signals: "error" })).not.toContain("success-analyst");
    expect(roles({ kind: "sequential", signals: "success" })).toEqual(["rollout", "success-analyst", "patch-writer"]);
    expect(roles({ kind: "bank", embedder: "endpoint" })).toEqual(["rollout", "error-analyst", "success-analyst", "embedder"]);
    expect(roles({ kind: "trajectories" })).toEqual(["rollout"]);
    expect(roles({ kind: "one-shot" })).toEqual(["rollout", "drafter"]);
    expect(roles({ kind: "evolved", records: ["x.json"] })).not.toContain("error-analyst");
  });
});
