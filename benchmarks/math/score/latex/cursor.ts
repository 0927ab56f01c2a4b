/** A place in a token list, with the caps on depth and size. */
import { type Budget, MAX_DEPTH } from "../limits.ts";
import type { ParseOptions } from "./parse.ts";
import type { Token } from "./tokens.ts";

/** Thrown inside the parser where the text is no formula; never leaves it. */
export class Refusal extends Error {
  override name = "Refusal";
}

export interface Cursor {
  readonly options: ParseOptions;
  readonly budget: Budget;
  peek(ahead?: number): Token | undefined;
  next(): Token | undefined;
  position(): number;
  /** Goes back (or on) to a position. */
  seek(position: number): void;
  /** Whether the next token is this mark or command; takes it if so. */
  take(kind: "mark" | "command", text: string): boolean;
  expect(kind: "mark" | "command", text: string): void;
  /** Sets whether a bar closes what is being read; gives the setting before. */
  bars(closing: boolean): boolean;
  barCloses(): boolean;
  /** Sets whether an argument without parentheses is being read, which ends at the next function; gives the setting before. */
  wholeArgument(on: boolean): boolean;
  functionEnds(): boolean;
  /** Around anything that nests. */
  enter(): void;
  leave(): void;
}

export function newCursor(tokens: readonly Token[], budget: Budget, options: ParseOptions): Cursor {
  let at = 0;
  let depth = 0;
  let bars = false;
  let argument = false;
  const cursor: Cursor = {
    options,
    budget,
    peek: (ahead = 0) => tokens[at + ahead],
    next() {
      budget.spend(1);
      return tokens[at++];
    },
    position: () => at,
    seek(position) {
      at = position;
    },
    take(kind, text) {
      const token = tokens[at];
      if (token?.kind !== kind || token.text !== text) return false;
      at++;
      return true;
    },
    expect(kind, text) {
      if (!cursor.take(kind, text)) throw new Refusal();
    },
    bars(closing) {
      const before = bars;
      bars = closing;
      return before;
    },
    barCloses: () => bars,
    wholeArgument(on) {
      const before = argument;
      argument = on;
      return before;
    },
    functionEnds: () => argument,
    enter() {
      budget.spend(1);
      if (++depth > MAX_DEPTH) throw new Refusal();
    },
    leave() {
      depth--;
    },
  };
  return cursor;
}
