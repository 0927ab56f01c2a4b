import { sha256 } from "../core/json.ts";

/** A stream of pseudo-random numbers; equal seeds give equal streams on every machine. */
export interface Random {
  /** Next 32 bits as an integer in [0, 2³²). */
  uint32(): number;
  /** A float in [0, 1) with 32 random bits. */
  uniform(): number;
  /** An integer in [0, n). The bias is below n / 2³² per value: 2·10⁻⁵ for n = 100,000. */
  below(n: number): number;
}

/**
 * xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021), from its four state words.
 * Throws a RangeError for the all-zero state, which the generator never leaves.
 */
export function xoshiro128(state: readonly [number, number, number, number]): Random {
  let [s0, s1, s2, s3] = state.map((word) => word | 0) as [number, number, number, number];
  if ((s0 | s1 | s2 | s3) === 0) throw new RangeError("xoshiro128**: the state must not be all zero");
  const uint32 = (): number => {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
  const uniform = () => uint32() / 0x1_0000_0000;
  return { uint32, uniform, below: (n) => Math.floor(uniform() * n) };
}

/** xoshiro128** started from the first 128 bits of the SHA-256 of the seed's text; any string or number is a good seed. */
export function seededRandom(seed: string | number): Random {
  const digest = sha256(String(seed));
  const word = (at: number) => Number.parseInt(digest.slice(at * 8, at * 8 + 8), 16);
  return xoshiro128([word(0), word(1), word(2), word(3)]);
}
