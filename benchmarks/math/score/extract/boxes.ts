/** `\boxed{…}` in a text. */
import { groupEnds } from "../latex/tokens.ts";
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
  let start = text.indexOf(MACRO);
  if (start < 0) return boxes;
  const ends = groupEnds(text, start + MACRO.length - 1);
  while (start >= 0) {
    const close = ends.get(start + MACRO.length - 1);
    if (close !== undefined) boxes.push({ start, end: close + 1, content: text.slice(start + MACRO.length, close) });
    start = text.indexOf(MACRO, close ?? start + MACRO.length);
  }
  return boxes;
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
