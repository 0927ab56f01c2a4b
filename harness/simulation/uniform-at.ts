/**
 * The `index`-th number of a stream of uniform numbers in [0, 1), without drawing the ones before it (SplitMix32 finaliser over a mixed counter).
 * Used for faults and latency, whose draws belong to arrivals, not to requests.
 */
export function uniformAt(seed: number, stream: number, index: number): number {
  let z = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) + Math.imul(index + 1, 0x9e3779b9);
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return ((z ^ (z >>> 16)) >>> 0) / 0x1_0000_0000;
}
