import { expect, it } from "vitest";
import { differenceInterval, meanInterval } from "./choose-interval.ts";
import { type Random, seededRandom } from "./random.ts";
import { signFlipTest } from "./sign-flip.ts";
import { armColumn, pairedColumn, type Slot } from "./slot-columns.ts";

/** Tasks of very unequal difficulty (rates u-shaped with the given mean), `cases` tasks a cluster sharing one rate, three seeds. */
function drawArms(random: Random, clusters: number, cases: number, base: number, gain: number): readonly [Slot[], Slot[]] {
  const arms: [Slot[], Slot[]] = [[], []];
  for (let c = 0; c < clusters; c++) {
    const easy = random.uniform() < base ? 0.5 + random.uniform() / 2 : random.uniform() / 2;
    for (const [index, rate] of [easy, Math.min(1, easy + gain)].entries()) {
      for (let t = 0; t < cases; t++)
        for (const rep of ["41", "42", "43"])
          arms[index]?.push({ task: `${t}`, cluster: `${c}`, rep, state: "graded", value: random.uniform() < rate ? 1 : 0 });
    }
  }
  return arms;
}
/** Mean of `easy` above: base · 0.75 + (1 − base) · 0.25. */
const meanRate = (base: number) => 0.25 + base / 2;
const rounds = 250;
/** Wide enough for 250 draws (standard error 1.4 points), narrow enough to catch a wrong formula. */
const inBand = (share: number) => {
  expect(share).toBeGreaterThanOrEqual(0.91);
  expect(share).toBeLessThanOrEqual(0.99);
};

it.each([
  ["beta-binomial", 24, 1, "episode"],
  ["t", 40, 3, "episode"],
  ["beta-binomial", 40, 3, "cluster-mean"],
  ["bca", 120, 1, "episode"],
  ["bca", 120, 2, "episode"],
] as const)("means: %s over %d clusters of %d tasks (%s) covers about 95 percent", (method, clusters, cases, over) => {
  const random = seededRandom(`mean/${method}/${clusters}/${cases}`);
  let covered = 0;
  for (let round = 0; round < rounds; round++) {
    const [slots] = drawArms(random, clusters, cases, 0.6, 0);
    const interval = meanInterval(armColumn(slots, over), { resamples: 400, seed: round });
    expect(interval?.method).toBe(method);
    if (interval && interval.low <= meanRate(0.6) && meanRate(0.6) <= interval.high) covered++;
  }
  inBand(covered / rounds);
});

it.each([
  ["t", 60, 1],
  ["t-pseudo-pair", 9, 1],
  ["studentised", 110, 2],
] as const)(
  "differences without effect: %s over %d clusters of %d covers 0 and the test rarely raises alarms",
  (method, clusters, cases) => {
    const random = seededRandom(`difference/${method}`);
    let covered = 0;
    let alarms = 0;
    for (let round = 0; round < rounds; round++) {
      const [a, b] = drawArms(random, clusters, cases, 0.5, 0);
      const column = pairedColumn(a, b, "episode");
      const interval = differenceInterval(column, { resamples: 400, seed: round });
      expect(interval?.method).toBe(method);
      if (interval && interval.low <= 0 && interval.high >= 0) covered++;
      if (signFlipTest(column, { draws: 400, seed: round }).p <= 0.05) alarms++;
    }
    expect(covered / rounds).toBeGreaterThanOrEqual(0.91);
    expect(alarms / rounds).toBeLessThanOrEqual(0.085);
  },
);
