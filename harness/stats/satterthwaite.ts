/** An estimated variance and the degrees of freedom it was estimated with. */
export interface VarianceEstimate {
  readonly variance: number;
  readonly df: number;
}

/**
 * Degrees of freedom of a sum of independent variance estimates: (Σ vᵢ)² / Σ vᵢ²/dfᵢ (Satterthwaite, Biometrics Bulletin 2, 1946). A negative vᵢ is one that is subtracted.
 * Infinity when nothing varies.
 */
export function satterthwaiteDf(parts: readonly VarianceEstimate[]): number {
  const sum = parts.reduce((total, { variance }) => total + variance, 0);
  const scale = parts.reduce((total, { variance, df }) => total + (variance === 0 ? 0 : variance ** 2 / df), 0);
  return scale === 0 ? Number.POSITIVE_INFINITY : sum ** 2 / scale;
}
