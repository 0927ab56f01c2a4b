import { fairCoinCdf, fairCoinMass } from "./distributions.ts";
import type { Slot } from "./slot-columns.ts";

/** Either a p value with its discordant counts, or the reason why the test may not be used. */
export type McNemarResult =
  | { readonly p: number; readonly onlyA: number; readonly onlyB: number; readonly pairs: number }
  | { readonly refused: string };

/** Two-sided mid-p McNemar from the discordant counts; 1 when there are none. Fagerland, Lydersen & Laake, BMC Med. Res. Methodol. 13:91, 2013. */
export function mcnemarMidP(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  if (n === 0) return 1;
  const smaller = Math.min(onlyA, onlyB);
  return Math.min(1, 2 * (fairCoinCdf(smaller, n) - 0.5 * fairCoinMass(smaller, n)));
}

/**
 * Mid-p McNemar on two arms' slots, only where pairs are what the test assumes: one repetition, one task per cluster, verdicts of 0 or 1.
 * Seeds are not pairs: several repetitions of a task are refused, with the reason, as is everything else that does not fit.
 */
export function mcnemarTest(a: readonly Slot[], b: readonly Slot[]): McNemarResult {
  const left = verdicts(a);
  const right = verdicts(b);
  if (typeof left === "string") return { refused: left };
  if (typeof right === "string") return { refused: right };
  let onlyA = 0;
  let onlyB = 0;
  let pairs = 0;
  for (const [cluster, value] of left) {
    const other = right.get(cluster);
    if (other === undefined) continue;
    pairs++;
    if (value > other) onlyA++;
    if (value < other) onlyB++;
  }
  return { p: mcnemarMidP(onlyA, onlyB), onlyA, onlyB, pairs };
}

function verdicts(slots: readonly Slot[]): ReadonlyMap<string, number> | string {
  const values = new Map<string, number>();
  const tasks = new Map<string, string>();
  const seen = new Set<string>();
  for (const slot of slots) {
    const known = tasks.get(slot.cluster);
    if (known !== undefined && known !== slot.task) return "clusters hold several tasks, which are not independent pairs";
    tasks.set(slot.cluster, slot.task);
    if (seen.has(slot.cluster)) return "tasks were run in several repetitions; seeds and attempts are not independent pairs";
    seen.add(slot.cluster);
    if (slot.value === null) continue;
    if (slot.value !== 0 && slot.value !== 1) return "scores are not verdicts of 0 or 1";
    values.set(slot.cluster, slot.value);
  }
  return values;
}
