/** One row to grade: the gold, what was predicted, and the settings of Math-Verify that come with it. */
import { z } from "zod";
import type { MatchType } from "./extract/candidates.ts";
import { isEquiv } from "./is-equiv.ts";
import { MAX_TEXT } from "./limits.ts";
import { type ParityOptions, parity } from "./parity.ts";
import { locateBox } from "./strict/locate.ts";
import { strict } from "./strict.ts";
import type { Verdict } from "./verdict.ts";

export const scorerIds = ["parity", "strict", "is_equiv"] as const;
export type ScorerId = (typeof scorerIds)[number];

/** Settings that a gold answer may bring along; null is as good as absent. */
export const settingsSchema = z.object({
  match_types: z.array(z.enum(["latex", "expr", "string"])).nullish(),
  precision: z.number().int().min(0).max(30).nullish(),
  strict: z.boolean().nullish(),
  allow_set_relation_comp: z.boolean().nullish(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What is graded. `form`: `texts` are both taken as they are; a `value` is a bare answer, a `response` a whole text, against a bare gold answer. */
export interface Row {
  readonly gold: string;
  readonly pred: string;
  readonly form: "texts" | "value" | "response";
  readonly settings: Settings;
}

function parityOptions(settings: Settings): ParityOptions {
  return {
    matchTypes: settings.match_types === null ? undefined : (settings.match_types satisfies readonly MatchType[] | undefined),
    precision: settings.precision ?? undefined,
    strict: settings.strict ?? undefined,
    allowSetRelationComp: settings.allow_set_relation_comp ?? undefined,
  };
}

/** A bare answer as a formula, unless it has a dollar sign or a box already. */
const asFormula = (value: string): string => (value.includes("$") || value.includes("\\boxed") ? value : `$${value}$`);

/** The verdict of a scorer on a row. Pure; never throws. */
export function gradeRow(scorer: ScorerId, { gold, pred, form, settings }: Row): Verdict {
  if (gold.length > MAX_TEXT || pred.length > MAX_TEXT)
    return { verdict: false, message: `refused: a text is longer than ${MAX_TEXT} characters` };
  switch (scorer) {
    case "parity":
      if (form === "texts") return parity(gold, pred, parityOptions(settings));
      return parity(`$${gold}$`, form === "value" ? asFormula(pred) : pred, parityOptions(settings));
    case "strict":
      return strict(gold, form === "value" ? asFormula(pred) : pred);
    case "is_equiv":
      return isEquiv(gold, form === "response" ? (locateBox(pred) ?? pred) : pred);
  }
}
