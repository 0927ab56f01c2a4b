/** `\boxed{…}` in a text. */
import { closingBrace } from "../latex/tokens.ts";
import { MAX_CANDIDATES } from "../limits.ts";

export interface Box {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

const MACRO = "\\boxed{";

/** All boxes that are closed, outermost only, in order. */
export function boxesOf(text: string): readonly Box[] {
  const boxes: Box[] = [];
  let from = 0;
  let unclosed = 0;
  for (;;) {
    const start = text.indexOf(MACRO, from);
    if (start < 0 || unclosed > 50) return boxes;
    const close = closingBrace(text, start + MACRO.length - 1);
    if (close < 0) {
      unclosed++;
      from = start + MACRO.length;
      continue;
    }
    boxes.push({ start, end: close + 1, content: text.slice(start + MACRO.length, close) });
    from = close + 1;
  }
}

/** Longest text between two boxes that are one answer. */
const NEAR = 9;
const LINKED = 67;

/** Whether two boxes with this text between them are one answer: close together, or with a comma, a semicolon, "and" or "or" between them. */
export function joined(between: string): boolean {
  if (between.length <= NEAR) return true;
  return between.length <= LINKED && /[,;]|and|or/.test(between);
}

/** The last group of boxes that are one answer. */
export function lastGroup(text: string, boxes: readonly Box[]): readonly Box[] {
  let first = boxes.length - 1;
  const earliest = boxes.length - MAX_CANDIDATES;
  while (first > 0 && first > earliest && joined(text.slice(boxes[first - 1]?.end, boxes[first]?.start))) first--;
  return boxes.slice(Math.max(0, first));
}
