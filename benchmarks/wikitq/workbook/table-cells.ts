/** From the texts of a table to the cells of a workbook. */
import type { Cell } from "./write-workbook.ts";

/** `typed`: what is written exactly like a number is one. `text`: every cell is text. */
export type Typing = "typed" | "text";

/** A number in its shortest form, so that nothing of the text is lost: not 1,000, 007, 3.50 or 1e5. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/;

/** The cell for one text. */
export function cellOf(text: string, typing: Typing): Cell {
  if (text === "") return null;
  if (typing === "text" || !NUMBER.test(text)) return text;
  return String(Number(text)) === text ? Number(text) : text;
}
