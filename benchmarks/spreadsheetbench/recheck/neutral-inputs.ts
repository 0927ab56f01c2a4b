/** Start workbooks that differ from the original in nothing an answer can hang on. */
import { randomOf } from "../sample/random.ts";
import { withExtraSheet } from "./add-sheet.ts";
import type { InputBook } from "./input-book.ts";
import { repack } from "./repack.ts";

export interface NeutralInput {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** A task that speaks of several sheets, or of the last one, may well mean a further sheet, too. */
const ABOUT_SHEETS =
  /\b(?:sheets|worksheets|tabs|workbooks?|books|files)\b|\b(?:all|each|every|any|other|another|last|new|next|second|both|active|multiple) (?:\w+ )?(?:sheet|worksheet|tab)\b|\bmacro\b/i;

/** The same workbook packed otherwise (other bytes, other order of parts, other time stamps), and one with an unrelated sheet behind the others. */
export function* neutralInputs(book: InputBook, instruction: string, seed: number): Generator<NeutralInput> {
  const random = randomOf("repacked input", seed);
  const repacked = repack(book.bytes, {
    order: (names) => random.shuffle(names),
    stamp: ((random.int(30, 45) << 25) | (random.int(1, 12) << 21) | (random.int(1, 28) << 16) | (random.int(8, 17) << 11)) >>> 0,
    comment: `packed again ${random.int(1000, 9999)}`,
  });
  if (repacked !== undefined) yield { what: "file packed otherwise", bytes: repacked };
  const extra = ABOUT_SHEETS.test(instruction) ? undefined : withExtraSheet(book);
  if (extra !== undefined) yield { what: "an unrelated sheet added", bytes: extra };
}
