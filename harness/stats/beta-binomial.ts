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
  const groups = tally(counts);
  const most = groups.reduce((m, group) => Math.max(m, group.m), 0);
  const correlations = most <= 1 ? 1 : correlationCells;
  const logs = new Float64Array(meanCells * correlations);
  for (let j = 0; j < correlations; j++) addLogLikelihoods(groups, most, (j + 0.5) / correlations, logs, j * meanCells);
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

interface Group {
  readonly k: number;
  readonly m: number;
  n: number;
}

function tally({ passes, trials }: { passes: Int32Array; trials: Int32Array }): readonly Group[] {
  const groups = new Map<string, Group>();
  for (let i = 0; i < trials.length; i++) {
    const k = at(passes, i);
    const m = at(trials, i);
    const group = groups.get(`${k}/${m}`) ?? { k, m, n: 0 };
    group.n++;
    groups.set(`${k}/${m}`, group);
  }
  return [...groups.values()].filter((group) => group.m > 0);
}

/**
 * Rising factorials instead of gamma functions: ln B(α+k, β+m−k) − ln B(α, β) = Σ ln(α+i) + Σ ln(β+i) − Σ ln(α+β+i).
 * The grid of means is symmetric about ½, so the sums for β at one mean are those for α at its mirror image.
 */
function addLogLikelihoods(groups: readonly Group[], most: number, correlation: number, into: Float64Array, offset: number): void {
  const size = 1 / correlation - 1;
  const stride = most + 1;
  const rising = new Float64Array(meanCells * stride);
  for (let i = 0; i < meanCells; i++) {
    const alpha = toMean((i + 0.5) / meanCells) * size;
    for (let k = 0, sum = 0; k < most; k++) rising[i * stride + k + 1] = sum += Math.log(alpha + k);
  }
  const all = new Float64Array(stride);
  for (let k = 0, sum = 0; k < most; k++) all[k + 1] = sum += Math.log(size + k);
  for (let i = 0; i < meanCells; i++) {
    const mirror = (meanCells - 1 - i) * stride;
    let sum = 0;
    for (const { k, m, n } of groups) sum += n * (at(rising, i * stride + k) + at(rising, mirror + m - k) - at(all, m));
    into[offset + i] = sum;
  }
}
