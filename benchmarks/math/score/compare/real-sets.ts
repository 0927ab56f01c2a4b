/** Sets of real numbers as disjoint pieces, so that unions, differences and solved inequalities can be compared. */
import { approximate } from "../expression/approximate.ts";
import type { Expr, RelationOp } from "../expression/expr.ts";
import type { Budget } from "../limits.ts";

/** A piece from `from` to `to`; a single point has equal ends and none open. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly openLeft: boolean;
  readonly openRight: boolean;
}

const nowhere = (): { re: number; im: number } => ({ re: Number.NaN, im: 0 });

/** Value of an end of an interval, infinite ones included; undefined where it is no real number. */
function endValue(expr: Expr, budget: Budget): number | undefined {
  if (expr.kind === "constant" && expr.name === "infinity") return Number.POSITIVE_INFINITY;
  if (expr.kind === "multiply" && expr.args.length === 2) {
    const [sign, rest] = expr.args;
    if (sign?.kind === "number" && rest?.kind === "constant" && rest.name === "infinity") return sign.value.s < 0n ? -Infinity : Infinity;
  }
  const value = approximate(expr, nowhere, budget);
  return Number.isFinite(value.re) && Math.abs(value.im) < 1e-12 ? value.re : undefined;
}

const same = (a: number, b: number): boolean => a === b || Math.abs(a - b) <= 1e-10 * Math.max(1, Math.abs(a), Math.abs(b));
const MAX_PIECES = 200;

/** Sorted, disjoint, joined where they touch. */
function tidy(pieces: readonly Piece[]): readonly Piece[] {
  const kept = pieces.filter((piece) => piece.from < piece.to || (piece.from === piece.to && !piece.openLeft && !piece.openRight));
  const sorted = [...kept].sort((a, b) => a.from - b.from || Number(a.openLeft) - Number(b.openLeft));
  const joined: Piece[] = [];
  for (const piece of sorted) {
    const last = joined.at(-1);
    const touches = last !== undefined && (piece.from < last.to || (same(piece.from, last.to) && !(piece.openLeft && last.openRight)));
    if (last === undefined || !touches) joined.push(piece);
    else if (piece.to > last.to || (same(piece.to, last.to) && !piece.openRight))
      joined[joined.length - 1] = { ...last, to: piece.to, openRight: piece.openRight };
  }
  return joined;
}

function complement(pieces: readonly Piece[]): readonly Piece[] {
  const gaps: Piece[] = [];
  let from = -Infinity;
  let openLeft = true;
  for (const piece of pieces) {
    gaps.push({ from, to: piece.from, openLeft, openRight: !piece.openLeft });
    from = piece.to;
    openLeft = !piece.openRight;
  }
  gaps.push({ from, to: Infinity, openLeft, openRight: true });
  return tidy(gaps);
}

/** Pieces of a set, or undefined where it is not one of real numbers or has too many. */
export function piecesOf(expr: Expr, budget: Budget): readonly Piece[] | undefined {
  budget.spend(5);
  switch (expr.kind) {
    case "numberSet":
      return expr.name === "Reals" ? [{ from: -Infinity, to: Infinity, openLeft: true, openRight: true }] : undefined;
    case "interval": {
      const [from, to] = [endValue(expr.from, budget), endValue(expr.to, budget)];
      if (from === undefined || to === undefined) return undefined;
      const openLeft = expr.openLeft || from === -Infinity;
      return tidy([{ from, to, openLeft, openRight: expr.openRight || to === Infinity }]);
    }
    case "set": {
      if (expr.items.length > MAX_PIECES) return undefined;
      const points = expr.items.map((item) => endValue(item, budget));
      if (points.some((point) => point === undefined || !Number.isFinite(point))) return undefined;
      return tidy(points.map((point) => ({ from: point ?? 0, to: point ?? 0, openLeft: false, openRight: false })));
    }
    case "setOperation": {
      if (expr.op === "intersection" || expr.args.length > MAX_PIECES) return undefined;
      const parts = expr.args.map((arg) => piecesOf(arg, budget));
      const known = parts.filter((part) => part !== undefined);
      const [first, second] = known;
      if (known.length !== parts.length || first === undefined) return undefined;
      if (expr.op === "union") return tidy(known.flat());
      if (second === undefined) return undefined;
      return complement(tidy([...complement(first), ...second]));
    }
    default:
      return undefined;
  }
}

export function samePieces(a: readonly Piece[], b: readonly Piece[]): boolean {
  return (
    a.length === b.length &&
    a.every((piece, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        same(piece.from, other.from) &&
        same(piece.to, other.to) &&
        piece.openLeft === other.openLeft &&
        piece.openRight === other.openRight
      );
    })
  );
}

const flipped: Readonly<Record<RelationOp, RelationOp>> = { "=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

/** The numbers x with `x op bound`. */
function half(op: RelationOp, bound: number): readonly Piece[] {
  const point = { from: bound, to: bound, openLeft: false, openRight: false };
  if (op === "=") return [point];
  if (op === "!=") return complement([point]);
  const up = op === ">" || op === ">=";
  const open = op === "<" || op === ">";
  return up
    ? [{ from: bound, to: Infinity, openLeft: open, openRight: true }]
    : [{ from: -Infinity, to: bound, openLeft: true, openRight: open }];
}

const intersect = (a: readonly Piece[], b: readonly Piece[]): readonly Piece[] => complement(tidy([...complement(a), ...complement(b)]));

/** Pieces of what solves an inequality, or a chain of them, that is linear in its one unknown; undefined where it is none such. */
export function solutionsOf(expr: Expr, unknownIn: (expr: Expr) => Expr | undefined, budget: Budget): readonly Piece[] | undefined {
  if (expr.kind === "chain") {
    let all: readonly Piece[] = complement([]);
    for (const link of expr.links) {
      const part = solutionsOf(link, unknownIn, budget);
      if (part === undefined) return undefined;
      all = intersect(all, part);
    }
    return all;
  }
  if (expr.kind !== "relation") return undefined;
  const unknown = unknownIn(expr);
  if (unknown === undefined) return undefined;
  const difference = (at: number): number => {
    const left = valueWith(expr.left, unknown, at, budget);
    const right = valueWith(expr.right, unknown, at, budget);
    return left - right;
  };
  const [zero, one, three] = [difference(0), difference(1), difference(3)];
  const slope = one - zero;
  if (!Number.isFinite(slope) || slope === 0 || Math.abs(zero + 3 * slope - three) > 1e-9 * (1 + Math.abs(three))) return undefined;
  return half(slope > 0 ? expr.op : flipped[expr.op], -zero / slope);
}

/** Value of a side where the unknown (a symbol or a call of an unknown function) has the value `at`. */
function valueWith(expr: Expr, unknown: Expr, at: number, budget: Budget): number {
  const replaced = replace(expr, unknown);
  const value = approximate(replaced, (name) => ({ re: name === " unknown" ? at : Number.NaN, im: 0 }), budget);
  return value.im === 0 ? value.re : Number.NaN;
}

function replace(expr: Expr, unknown: Expr): Expr {
  if (expr.kind === unknown.kind && "name" in expr && "name" in unknown && expr.name === unknown.name)
    return { kind: "symbol", name: " unknown" };
  switch (expr.kind) {
    case "add":
    case "multiply":
      return { ...expr, args: expr.args.map((arg) => replace(arg, unknown)) };
    case "power":
      return { ...expr, base: replace(expr.base, unknown), exponent: replace(expr.exponent, unknown) };
    case "call":
      return { ...expr, args: expr.args.map((arg) => replace(arg, unknown)) };
    default:
      return expr;
  }
}
