import { simulatedMark } from "../cell-text.ts";
import { count, percent, percentRange, points, pointsRange, pValue } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid } from "../section.ts";
import type { FlipShare } from "./flips.ts";
import type { PartEffect, PartEffects, SkillPart } from "./part-effects.ts";

/** What was not measured, and why. */
export interface NotMeasured {
  readonly part: SkillPart;
  readonly why: string;
}

export interface EffectsPage {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
}

/** The effects of a skill's parts as text: a table of effects, one of what was not measured, and how to read them. */
export function effectsPage(
  about: { readonly experiment: string; readonly arm: string; readonly skill: string },
  { effects, familySize }: PartEffects,
  left: readonly NotMeasured[],
): EffectsPage {
  const grids: Grid[] = [effectGrid(effects)];
  if (left.length > 0)
    grids.push({
      title: "Not measured",
      head: ["part", "lines", "why"],
      rows: left.map(({ part, why }) => [nameOf(part), linesOf(part), oneLine(why)]),
    });
  const simulated = effects.some((one) => one.simulated.model > 0 || one.simulated.tasks > 0);
  return {
    title: `Effects of the parts of skill ${about.skill.slice(0, 12)} (arm ${about.arm} of ${about.experiment})`,
    grids,
    notes: [
      ...(simulated
        ? ["(sim) marks numbers made with a simulated model or generated tasks: they show that the program works and measure nothing."]
        : []),
      "Tasks: distinct tasks whose episodes stand behind the lines of this part. Effect: score with the whole skill minus score with the skill without this part, paired by task; positive: the part helps. Repaired: passed with the part and failed without it; broken: the other way round; shares of the paired episodes.",
      `p: two-sided studentised sign-flip test over clusters, Holm-adjusted over the ${count(familySize)} parts, solvers and benchmarks measured; verdicts use the adjusted p at 5 %. Intervals are 95 %, over clusters, unadjusted.`,
      "Parts are left out one at a time: where two say the same, neither may show an effect. The skill itself is given: another evolution would have given other parts.",
    ],
  };
}

function effectGrid(effects: readonly PartEffect[]): Grid {
  const several = new Set(effects.map(({ benchmark, split, solver }) => `${benchmark}\n${split}\n${solver}`)).size > 1;
  return {
    title: "Effects",
    head: ["part", "tasks", ...(several ? ["measured with"] : []), "effect, pp", "repaired", "broken", "p (Holm)", "verdict"],
    rows: effects.map((one) => [
      one.parts.map((part) => `${nameOf(part)}\n${linesOf(part)}`).join("\nor, the same: "),
      String(Math.max(...one.parts.map(({ support }) => support)) || "-"),
      ...(several ? [`${one.benchmark} ${one.split}\n${one.solver}`] : []),
      `${points(one.effect)}${simulatedMark(one.simulated)}\n${pointsRange(one.interval)}`,
      flipText(one.flips.repaired),
      flipText(one.flips.broken),
      pValue(one.pAdjusted),
      one.conclusion,
    ]),
  };
}

const nameOf = ({ kind, id, title }: SkillPart): string => oneLine(`${id}${kind === "edit" ? " (edit)" : ""} ${title}`);
const linesOf = ({ file, from, to }: SkillPart): string => oneLine(from === 0 ? file : `${file}:${from}-${to}`);

function flipText({ slots, tasks, share, interval }: FlipShare): string {
  return slots === 0 ? "0" : `${slots} in ${tasks} task${tasks === 1 ? "" : "s"},\n${percent(share)}\n${percentRange(interval)}`;
}
