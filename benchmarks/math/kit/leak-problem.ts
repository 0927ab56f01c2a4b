/** Constants of one problem inside a text: its larger numbers, its formulas, the people in it, its wording, its id. */
import type { PlacedLeak, TaskFacts } from "./placed-leak.ts";
import { numbersIn } from "./spellings.ts";

/** Numbers that stand in many problems. */
const ordinary: ReadonlySet<number> = new Set([
  100, 120, 128, 144, 180, 200, 256, 270, 300, 360, 365, 366, 400, 500, 512, 600, 720, 800, 900, 999, 1000, 1024, 1440, 3600, 10_000,
]);
const isYear = (n: number): boolean => Number.isInteger(n) && n >= 1900 && n <= 2100;

/** Mathematicians, calendar and the like: capitalised without being anybody in the story. */
const generalNames = new Set(
  (
    "Fibonacci Euclid Euclidean Pascal Cartesian Venn Latin Roman Greek English French Spanish Arabic Newton Gauss Gaussian Euler Fermat Lagrange Hermitian Heron Ptolemy Pythagorean " +
    "Ceva Menelaus Vieta Cauchy Schwarz Chebyshev Bernoulli Mersenne Stirling Catalan Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August " +
    "September October November December Celsius Fahrenheit American North South East West Find Let Suppose What How The Determine Compute Given Express Give Consider If When Each Every"
  ).split(" "),
);

/** Every constant of the problem that stands in the text. */
export function problemLeaks(text: string, facts: TaskFacts): readonly PlacedLeak[] {
  return [
    ...numberLeaks(text, facts),
    ...formulaLeaks(text, facts),
    ...personLeaks(text, facts),
    ...quoteLeaks(text, facts),
    ...idLeaks(text, facts),
  ];
}

function numberLeaks(text: string, { problem }: TaskFacts): readonly PlacedLeak[] {
  const telling = new Set(
    numbersIn(problem)
      .map(({ n, d }) => Math.abs(n / d))
      .filter((n) => n >= 100 || (!Number.isInteger(n) && String(n).replace(/^0?\./, "").length >= 4))
      .filter((n) => !ordinary.has(n) && !isYear(n)),
  );
  return numbersIn(text)
    .filter(({ n, d }) => telling.has(Math.abs(n / d)))
    .map(({ found, at }) => ({ found, why: "is a number of this problem", at }));
}

const bare = (latex: string): string => latex.replace(/\\(?:left|right|[,;! ])|\s+/g, "").replace(/\\[dt]frac/g, "\\frac");

/** Formulas that hold numbers and are long enough to be nobody else's. */
function formulaLeaks(text: string, { problem }: TaskFacts): readonly PlacedLeak[] {
  const formulas = (source: string) => [...source.matchAll(/\$\$?([^$]+)\$\$?|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]|`([^`]+)`/g)];
  const own = new Set(
    formulas(problem)
      .map(([, ...inner]) => bare(inner.find((part) => part !== undefined) ?? ""))
      .filter((formula) => formula.length >= 9 && /\d/.test(formula)),
  );
  return formulas(text)
    .filter(([, ...inner]) => own.has(bare(inner.find((part) => part !== undefined) ?? "")))
    .map((match) => ({ found: match[0], why: "is a formula of this problem", at: match.index }));
}

/** Names in the middle of a sentence of the problem. */
function personLeaks(text: string, { problem }: TaskFacts): readonly PlacedLeak[] {
  const prose = problem.replace(/\[asy\][\s\S]*?\[\/asy\]|\$[^$]*\$/g, " ");
  const starts = new Set([...prose.matchAll(/(?:^|[.?!:]\s+)(\p{Lu}\p{Ll}{2,})/gu)].map((match) => match[1] ?? ""));
  const words = [...prose.matchAll(/\p{Lu}\p{Ll}{2,}/gu)].map((match) => match[0]);
  const inside = [...prose.matchAll(/(?<=[\p{Ll}\p{N},;]\s+)\p{Lu}\p{Ll}{2,}/gu)].map((match) => match[0]);
  const people = new Set(
    inside.filter((name) => !generalNames.has(name) && (!starts.has(name) || words.filter((w) => w === name).length > 1)),
  );
  return [...text.matchAll(/\p{Lu}\p{Ll}{2,}/gu)]
    .filter(([name]) => people.has(name))
    .map((match) => ({ found: match[0], why: "is a name in this problem", at: match.index }));
}

const wordsOf = (source: string) => [...source.matchAll(/[\p{L}\p{N}]+/gu)];
const quoted = 9;

/** So many words of the problem in a row. */
function quoteLeaks(text: string, { problem }: TaskFacts): readonly PlacedLeak[] {
  const own = wordsOf(problem).map(([word]) => word.toLowerCase());
  const runs = new Set(own.slice(quoted - 1).map((_, i) => own.slice(i, i + quoted).join(" ")));
  const words = wordsOf(text);
  const leaks: PlacedLeak[] = [];
  for (let i = 0; i + quoted <= words.length; i++) {
    const run = words.slice(i, i + quoted);
    if (!runs.has(run.map(([word]) => word.toLowerCase()).join(" "))) continue;
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) continue;
    leaks.push({ found: text.slice(first.index, last.index + last[0].length), why: "quotes this problem", at: first.index });
    i += quoted - 1;
  }
  return leaks;
}

function idLeaks(text: string, { id }: TaskFacts): readonly PlacedLeak[] {
  if (id.length < 4) return [];
  const escaped = id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}-])${escaped}(?![\\p{L}\\p{N}-])`, "giu"))].map((match) => ({
    found: match[0],
    why: "is this problem's id",
    at: match.index,
  }));
}
