/**
 * Unbiased estimate of "at least one of k attempts passes" from `passes` of `trials`: 1 − C(n−c, k)/C(n, k), as a product that neither overflows nor cancels
 * (Chen et al., "Evaluating Large Language Models Trained on Code", arXiv 2107.03374, §2.1). null when there are fewer trials than k, or k is below 1.
 */
export function passAtK(passes: number, trials: number, k: number): number | null {
  if (k < 1 || trials < k) return null;
  let none = 1;
  for (let i = trials - passes + 1; i <= trials; i++) none *= Math.max(0, 1 - k / i);
  return 1 - none;
}
