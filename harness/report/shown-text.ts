/** How descriptions of episodes and calls show texts that come from models, tasks and programs. */
import { manyLines } from "./plain-text.ts";

export interface DescribeOptions {
  /** Characters of one part (prompt, thought, command, observation) that are shown; the middle of longer ones is cut, with a note. Default 4,000. */
  readonly maxChars?: number;
}

/** Makes texts fit to be shown: control characters as escapes, the middle of long ones left out. */
export const cutter =
  ({ maxChars = 4000 }: DescribeOptions) =>
  (text: string): string =>
    shorten(manyLines(text), maxChars);

/** A part of a description under its title. */
export function section(title: string, body: string): string {
  return `--- ${title} ---\n${body}`;
}

export function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** A text of at most so many characters. Keeps both ends, because causes stand at the start and results at the end. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most * 2) / 3);
  const tail = most - head;
  return `${characters.slice(0, head).join("")}\n[… ${characters.length - most} of ${characters.length} characters not shown …]\n${tail > 0 ? characters.slice(-tail).join("") : ""}`;
}
