/** The working of an answer in words, found in a log and compared with every way in which its plan could have been worked. */
import { distanceOf, linesOf, subsetsOf } from "./resemble.ts";

/** Share of lines that may be otherwise; one line may in any working long enough to be told from others by the rest. */
const tolerance = 0.1;
const shortest = 3;
/** Lines no way of answering has. */
const apart = ["---", "---", "---"];

/**
 * Which traps the working in `text` has sprung: the smallest set whose answer is nearest to a stretch of the text, the last such stretch of several. Undefined when no stretch
 * resembles any way of answering. The working may stand in a reply, in a code block or, escaped, in the arguments of a call.
 */
export function carelessWorking(
  traps: readonly string[],
  answer: (sprung: ReadonlySet<string>) => string,
  text: string,
): ReadonlySet<string> | undefined {
  const ways = subsetsOf(traps).map((sprung) => ({ sprung, lines: spoken(answer(sprung)) }));
  const known = new Set(ways.flatMap(({ lines }) => lines));
  let best: Likeness | undefined;
  for (const written of stretches(spoken([text, ...apart, answersIn(text)].join("\n")), known)) {
    const found = nearestWay(ways, written);
    if (best === undefined || (found !== undefined && found.distance <= best.distance)) best = found;
  }
  if (best === undefined) return undefined;
  const allowed = best.length < shortest ? 0 : Math.max(1, tolerance * best.length);
  return best.distance <= allowed ? best.sprung : undefined;
}

interface Likeness {
  readonly sprung: ReadonlySet<string>;
  readonly distance: number;
  readonly length: number;
}

/** The first of the nearest. */
function nearestWay(
  ways: readonly { readonly sprung: ReadonlySet<string>; readonly lines: readonly string[] }[],
  written: readonly string[],
): Likeness | undefined {
  let best: Likeness | undefined;
  for (const { sprung, lines } of ways) {
    const distance = distanceOf(lines, written);
    if (best === undefined || distance < best.distance) best = { sprung, distance, length: Math.max(lines.length, written.length) };
  }
  return best;
}

/** Lines that say something, without the label and the signal a protocol puts around them. */
function spoken(text: string): readonly string[] {
  return linesOf(text)
    .map((line) => line.replace(/^Thought: */, "").replace(/ *ACTION: TASK_COMPLETE$/, ""))
    .filter((line) => line !== "");
}

/** Answers handed in as an argument of a call, as they read unescaped. */
function answersIn(text: string): string {
  const found = text.matchAll(/"answer": ?("(?:[^"\\\n]|\\.)*")/g);
  return Array.from(found, ([, quoted = '""']) => parsed(quoted)).join("\n\n");
}

function parsed(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return ""; // a log may be cut in the middle of an escape
  }
}

/** Stretches of lines some way of answering would write, with at most one other line in a row between them. */
function stretches(lines: readonly string[], known: ReadonlySet<string>): readonly (readonly string[])[] {
  const out: string[][] = [];
  let from = -1;
  let last = -1;
  for (const [i, line] of lines.entries()) {
    if (!known.has(line)) continue;
    if (from >= 0 && i - last > 2) {
      out.push(lines.slice(from, last + 1));
      from = i;
    } else if (from < 0) from = i;
    last = i;
  }
  if (from >= 0) out.push(lines.slice(from, last + 1));
  return out;
}
