/**
 * Holm's step-down adjustment of a family of p values, in the order given; each result is to be compared with the wanted error rate itself.
 * Holm, Scand. J. Stat. 6, 1979; adjusted form: Wright, Biometrics 48, 1992.
 */
export function holmAdjust(pValues: readonly number[]): readonly number[] {
  const ranked = pValues.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p || x.index - y.index);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let floor = 0;
  ranked.forEach(({ p, index }, rank) => {
    floor = Math.min(1, Math.max(floor, (pValues.length - rank) * p));
    adjusted[index] = floor;
  });
  return adjusted;
}
