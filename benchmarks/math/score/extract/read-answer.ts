/** A text → the answer in it: an expression where one can be read, and the texts that were tried first. */
import type { Expr } from "../expression/expr.ts";
import { cleanFormula } from "../latex/clean.ts";
import { parseLatex } from "../latex/parse.ts";
import { type Budget, MAX_FORMULA } from "../limits.ts";
import { parseArithmetic } from "./arithmetic.ts";
import { boxesOf, lastGroup } from "./boxes.ts";
import { type Candidate, candidatesOf, type MatchType } from "./candidates.ts";
import { readChoice } from "./choices.ts";

export interface Answer {
  readonly expr?: Expr;
  /** Text of the first candidate, cleaned; absent where there is none. */
  readonly text?: string;
}

interface Reading {
  readonly expr?: Expr;
  readonly text: string;
}

/** The inside of boxes in a formula, else the formula. */
function unboxed(formula: string): string {
  const boxes = lastGroup(formula, boxesOf(formula));
  return boxes.length === 0 ? formula : boxes.map((box) => unboxed(box.content)).join(",");
}

function flatten(items: readonly Expr[]): Expr {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  return { kind: "set", items: items.flatMap((item) => (item.kind === "set" ? item.items : [item])) };
}

function readLatex(candidate: Candidate, budget: Budget): Reading {
  const texts: string[] = [];
  const exprs: Expr[] = [];
  for (const part of candidate.parts) {
    const formula = part.text.length > MAX_FORMULA ? part.text : cleanFormula(unboxed(part.text));
    budget.spend(Math.min(part.text.length, MAX_FORMULA));
    texts.push(formula);
    const expr = parseLatex(formula, budget);
    if (expr === undefined) continue;
    exprs.push(part.percent && (expr.kind === "number" || expr.kind === "float") ? { kind: "percent", arg: expr } : expr);
  }
  const text = texts.join(candidate.glue);
  return exprs.length === candidate.parts.length ? { expr: flatten(exprs), text } : { text };
}

function readCandidate(candidate: Candidate, budget: Budget): Reading {
  if (candidate.type === "latex") return readLatex(candidate, budget);
  const text = candidate.parts[0]?.text ?? "";
  const expr = candidate.expr ?? parseArithmetic(text);
  return expr === undefined ? { text } : { expr, text };
}

/** The first candidate that can be read gives the expression; the first that is not empty gives the text. */
export function readAnswer(text: string, types: ReadonlySet<MatchType>, budget: Budget): Answer {
  let first: string | undefined;
  for (const candidate of candidatesOf(text, types)) {
    const reading = readCandidate(candidate, budget);
    if (first === undefined && reading.text !== "") first = reading.text;
    if (reading.expr !== undefined) return { expr: reading.expr, text: first ?? reading.text };
  }
  const choice = types.has("string") ? readChoice(text) : undefined;
  if (choice !== undefined) return { text: first ?? choice };
  return first === undefined ? {} : { text: first };
}
