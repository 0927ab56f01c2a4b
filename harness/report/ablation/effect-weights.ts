import type { FactorialDesign } from "./ablation-design.ts";

type Run = Pick<FactorialDesign["runs"][number], "levels">;
type Factor = FactorialDesign["factors"][number];

/** Two levels of a factor that are set against each other. */
export interface LevelPair {
  readonly factor: string;
  readonly first: string;
  readonly other: string;
}

/** The first level of a factor against every other one. */
export function levelPairs({ name, levels }: Factor): LevelPair[] {
  const [first, ...others] = levels;
  return others.map((other) => ({ factor: name, first: first?.name ?? "", other: other.name }));
}

/**
 * A weight for every run, so that Σ weight · result is the main effect: mean of the runs at the first level minus mean of those at the other one. In a full design and in a
 * half of it every other factor is as often at each of its levels on both sides. Box, Hunter & Hunter, Statistics for Experimenters, 2nd ed. 2005, ch. 5.
 */
export function mainWeights(runs: readonly Run[], { factor, first, other }: LevelPair): number[] {
  const at = (level: string): number => runs.filter(({ levels }) => levels[factor] === level).length;
  return runs.map(({ levels }) => (levels[factor] === first ? 1 / at(first) : levels[factor] === other ? -1 / at(other) : 0));
}

/** The same for a two-way interaction: half the difference between the effect of one factor at the first and at the other level of the second one (ibid.). */
export function interactionWeights(runs: readonly Run[], a: LevelPair, b: LevelPair): number[] {
  const side = (pair: LevelPair, levels: Run["levels"]): number =>
    levels[pair.factor] === pair.first ? 1 : levels[pair.factor] === pair.other ? -1 : 0;
  const signs = runs.map(({ levels }) => [side(a, levels), side(b, levels)] as const);
  const cell = (x: number, y: number): number => signs.filter(([p, q]) => p === x && q === y).length;
  return signs.map(([x, y]) => (x === 0 || y === 0 ? 0 : (x * y) / 2 / cell(x, y)));
}

/** Main effects and pairs that a half design cannot tell from the effect of these factors: its defining relation is the product of all of them. Higher ones are not named. */
export function confounded(factors: readonly string[], all: readonly string[], fraction: FactorialDesign["fraction"]): string[] {
  const rest = all.filter((name) => !factors.includes(name));
  return fraction === "half" && rest.length <= 2 ? [rest.join(" × ")] : [];
}
