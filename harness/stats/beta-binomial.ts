import type { Bounds } from "./bootstrap-intervals.ts";
import { at } from "./cluster-column.ts";

const meanCells = 400;
const correlationCells = 30;
/** Beyond this many trials per cluster the shares are as good as continuous and the t interval serves. */
export const mostTrials = 1000;

/**
 * Equal-tailed posterior interval for the mean μ of a beta-binomial model: cluster i passes k_i of m_i, its own rate drawn from
 * Beta(μ/ρ − μ, …) with intra-cluster correlation ρ; μ and ρ uniform on (0, 1). Integrated on a grid, error below 0.002.
 * With one trial per cluster it is the quantiles of Beta(1 + k, 1 + n − k). Model: Skellam, JRSS B 10, 1948; uniform priors and why
 * normal intervals fail for small n: Bowyer, Aitchison & Ivanova 2025, "Don't use the CLT in LLM evals with fewer than a few hundred datapoints".
 */
export function betaBinomialInterval(counts: { passes: Int32Array; trials: Int32Array }, level = 0.95): Bounds {
  const most = counts.trials.reduce((m, trials) => Math.max(m, trials), 0);
  const correlations = most <= 1 ? 1 : correlationCells;
  const logs = new Float64Array(meanCells * correlations);
  const tails = {
    passes: tail(counts.passes, most),
    failures: tail(
      counts.trials.map((m, i) => m - at(counts.passes, i)),
      most,
    ),
  };
  const all = tail(counts.trials, most);
  for (let j = 0; j < correlations; j++) logs.set(logLikelihoods(tails, all, (j + 0.5) / correlations), j * meanCells);
  const top = logs.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
  const cumulative = new Float64Array(meanCells + 1);
  for (let i = 0; i < meanCells; i++) {
    let cell = 0;
    for (let j = 0; j < correlations; j++) cell += Math.exp(at(logs, j * meanCells + i) - top);
    const width = toMean((i + 1) / meanCells) - toMean(i / meanCells);
    cumulative[i + 1] = at(cumulative, i) + cell * width;
  }
  return { low: gridQuantile(cumulative, (1 - level) / 2), high: gridQuantile(cumulative, (1 + level) / 2) };
}

/** Cells are narrow where rates near 0 and 1 need them: μ = sin²(πu/2). */
function toMean(u: number): number {
  return Math.sin((Math.PI / 2) * u) ** 2;
}

function gridQuantile(cumulative: Float64Array, p: number): number {
  const target = p * at(cumulative, meanCells);
  let cell = 0;
  while (cell < meanCells - 1 && at(cumulative, cell + 1) < target) cell++;
  const mass = at(cumulative, cell + 1) - at(cumulative, cell);
  const inside = mass > 0 ? (target - at(cumulative, cell)) / mass : 0.5;
  const from = toMean(cell / meanCells);
  return from + inside * (toMean((cell + 1) / meanCells) - from);
}

/** Entry i: how many clusters have a count above i. */
function tail(counts: Int32Array, most: number): Float64Array {
  const above = new Float64Array(most);
  for (const count of counts) for (let i = 0; i < count; i++) above[i] = (above[i] ?? 0) + 1;
  return above;
}

/**
 * ln of the likelihood at every mean of the grid. Rising factorials stand for the gamma functions:
 * ln B(α+k, β+m−k) − ln B(α, β) = Σ_{i<k} ln(α+i) + Σ_{i<m−k} ln(β+i) − Σ_{i<m} ln(α+β+i), and summed over clusters each logarithm
 * counts as often as a cluster's count exceeds i. The grid is symmetric about ½: β at one mean is α at its mirror image.
 */
function logLikelihoods(tails: { passes: Float64Array; failures: Float64Array }, all: Float64Array, correlation: number): Float64Array {
  const size = 1 / correlation - 1;
  const constant = all.reduce((sum, clusters, i) => sum + clusters * Math.log(size + i), 0);
  const out = new Float64Array(meanCells).fill(-constant);
  for (let i = 0; i < meanCells; i++) {
    const alpha = toMean((i + 0.5) / meanCells) * size;
    const mirror = meanCells - 1 - i;
    for (let k = 0; k < all.length; k++) {
      const log = Math.log(alpha + k);
      out[i] = (out[i] ?? 0) + (tails.passes[k] ?? 0) * log;
      out[mirror] = (out[mirror] ?? 0) + (tails.failures[k] ?? 0) * log;
    }
  }
  return out;
}
