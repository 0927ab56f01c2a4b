/** Texts made to hang, crash or be run: the same ones for the same seed. */

export interface HostilePair {
  readonly gold: string;
  readonly pred: string;
}

/** Small deterministic generator of numbers in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Maker = (random: () => number, size: number) => string;

const pick = <T>(random: () => number, from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];

const alphabet =
  "\\frac{ \\sqrt \\boxed{ \\text{ { } ( ) [ ] $ $$ \\( \\) \\[ \\] ^ _ ! % & | , ; : = < > + - * / 9 0 1 12 x i e . 1,000 \\pm \\cup \\in \\infty \\begin{pmatrix} \\end{pmatrix} \\\\ \\sum_{i=1}^ \\int \\log_ \\sin answer final I hope and or <think> </think> \n \0 \ud800 é ２ ½ \u202e".split(
    " ",
  ) as [string, ...string[]];

const makers: readonly [Maker, ...Maker[]] = [
  (_, size) => `$${"(".repeat(size)}1${")".repeat(size)}$`,
  (_, size) => `$${"{".repeat(size)}1${"}".repeat(size)}$`,
  (_, size) => `$${"\\frac{1}{".repeat(size)}2${"}".repeat(size)}$`,
  (_, size) => `$${"\\sqrt{".repeat(size)}2${"}".repeat(size)}$`,
  (_, size) => `$${"-".repeat(size)}1$`,
  (_, size) => `$5${"!".repeat(size)}$`,
  (_, size) => `$${"2^{".repeat(size)}2${"}".repeat(size)}$`,
  (_, size) => `$${"9^".repeat(size)}9$`,
  (_, size) => `$${"|".repeat(size)}x${"|".repeat(size)}$`,
  (_, size) => "\\boxed{".repeat(size),
  (_, size) => `${"\\boxed{".repeat(size)}1${"}".repeat(size)}`,
  (_, size) => "\\boxed{1} ".repeat(size),
  (_, size) => "$".repeat(size),
  (_, size) => "$1$ and ".repeat(size),
  (_, size) => "\\(".repeat(size),
  (_, size) => "\\[ ".repeat(size),
  (_, size) => `${"[ ".repeat(size)}\n`,
  (_, size) => "answer ".repeat(size),
  (_, size) => "final answer is $1$. I hope ".repeat(size),
  (_, size) => "<think>".repeat(size),
  (_, size) => "</think>".repeat(size),
  (_, size) => `${"<think>".repeat(size)}1${"</think>".repeat(size)}`,
  (_, size) => `${"1,".repeat(size)}1`,
  (_, size) => `${"1 234 ".repeat(size)}`,
  (_, size) => `$\\{${"1,".repeat(size)}1\\}$`,
  (_, size) => `${"(".repeat(size)}`,
  (_, size) => `${"1+".repeat(size)}1`,
  (_, size) => `1${"0".repeat(size * 10)}`,
  (_, size) => `$1${"0".repeat(size * 10)}$`,
  (_, size) => `$0.${"3".repeat(size * 10)}$`,
  (_, size) => `${" ".repeat(size * 10)}x`,
  (_, size) => `$\\text{${"a ".repeat(size)}}$`,
  (_, size) => `$${"\\text{a} ".repeat(size)}$`,
  (_, size) => `$${"x+".repeat(size)}x$`,
  (_, size) => `$${"(x+1)".repeat(size)}$`,
  (_, size) => `$(x+1)^{${size * 1000}}$`,
  (_, size) => `$\\begin{pmatrix}${"1&".repeat(size)}1\\end{pmatrix}$`,
  (_, size) =>
    `$\\begin{vmatrix}${Array.from({ length: 9 }, () => Array.from({ length: 9 }, () => "x").join("&")).join("\\\\")}\\end{vmatrix}^{${size}}$`,
  (_, size) => `$\\sum_{i=1}^{${size}00000} i^i$`,
  (_, size) => `$\\sum_{i=1}^{2000}\\sum_{j=1}^{2000}\\sum_{k=1}^{2000} k^{${size}}$`,
  (_, size) => `$x=${"y=".repeat(size)}1$`,
  (_, size) => `$0<${"x<".repeat(size)}1$`,
  (_, size) => `$${"[0,1]\\cup".repeat(size)}[0,1]$`,
  (_, size) => `$${"\\frac".repeat(size)}$`,
  (_, size) => `$${"\\sqrt".repeat(size)}$`,
  (_, size) => `\\frac{${"{".repeat(size)}`,
  (_, size) => "\\frac{1}{2}".repeat(size),
  (random) =>
    pick(random, [
      "$9^{9^{9^{9}}}$",
      "$9^{9^{9^9}}$",
      "9**9**9**9",
      "9^9^9^9",
      "$1/0$",
      "1/0",
      "$0/0$",
      "$0^{-1}$",
      "$1e999999$",
      "1e999999",
      "$1E999999999$",
      "$10^{10^{10}}$",
      "$(10^{10^{10}})!$",
      "$999999999!$",
      "$1000!$",
      "$\\binom{999999999}{499999999}$",
      "$\\binom{4000}{2000}$",
      "$(-1)^{1/2}$",
      "$2^{-99999999999999}$",
      "$\\log_1 5$",
      "$\\ln 0$",
      "$\\tan\\frac{\\pi}{2}$",
      "$\\gcd(0,0)$",
      "$5 \\mod 0$",
      "$\\sqrt[0]{5}$",
      "$\\sqrt[99999999]{5}$",
      "$\\frac{0}{0}$",
      "\\boxed{import('fs')}",
      "$import({evaluate: x})$",
      '$evaluate("1+1")$',
      '$parse("1")$',
      '$cos.constructor("return process")()$',
      "$\\constructor$",
      "$\\__proto__$",
      "$\\toString(x)$",
      "$\\hasOwnProperty{x}$",
      ["$", "{globalThis.process.exit(1)}$"].join(""),
      ["`$", "{process.exit(1)}`"].join(""),
      "__proto__",
      "constructor",
      "\\boxed{\\constructor}",
      "$\\mathbb{constructor}$",
      "$\\begin{constructor}1\\end{constructor}$",
      "$\\operatorname{constructor}(x)$",
      "\ud800\udfff\ud800",
      "$\ud800$",
      "\0",
      "$1\0$",
      "$\u202e5$",
      "\ufeff5",
      "",
      "$$",
      "$$$$",
      "\\boxed{}",
      "\\boxed",
      "\\",
      "$\\$",
    ]),
  (random, size) => Array.from({ length: size }, () => pick(random, alphabet)).join(""),
  (random, size) => `$${Array.from({ length: size }, () => pick(random, alphabet)).join("")}$`,
  (random, size) => `\\boxed{${Array.from({ length: size }, () => String.fromCharCode(Math.floor(random() * 0x250))).join("")}}`,
  (random, size) => Array.from({ length: size }, () => String.fromCharCode(Math.floor(random() * 0x10000))).join(""),
];

/** `count` pairs. Most texts are short; about one in two hundred has tens of thousands of characters. */
export function* hostilePairs(seed: number, count: number): Generator<HostilePair> {
  const random = randomOf(seed);
  const text = (): string => {
    const size = random() < 0.005 ? 1000 + Math.floor(random() * 4000) : 1 + Math.floor(random() * 60);
    return pick(random, makers)(random, size);
  };
  for (let i = 0; i < count; i++) {
    const first = text();
    const chance = random();
    if (chance < 0.3) yield { gold: "$5$", pred: first };
    else if (chance < 0.4) yield { gold: first, pred: first };
    else if (chance < 0.6) yield { gold: first, pred: `${first} ` };
    else yield { gold: first, pred: text() };
  }
}

/** `count` texts above one million characters, each against a short gold. */
export function* oversizedPairs(seed: number, count: number): Generator<HostilePair> {
  const random = randomOf(seed);
  for (let i = 0; i < count; i++) {
    const piece = pick(random, makers)(random, 40) || "1";
    yield { gold: "$5$", pred: piece.repeat(Math.ceil(1_000_001 / piece.length)) };
  }
}
