/**
 * Whether a prediction's expression counts as the gold's, as Math-Verify 0.8.0 was seen to decide: not symmetric, since an equation as a
 * prediction stands for its right-hand side while a gold equation does so only if its left-hand side is a mere name.
 */
import { type Expr, keyOf, some, symbolsOf } from "../expression/expr.ts";
import type { Budget } from "../limits.ts";
import { matrixValue, sameMatrix } from "./matrices.ts";
import { sameNumber, sameScalar } from "./numbers.ts";
import { piecesOf, samePieces, solutionsOf } from "./real-sets.ts";
import { assigned, isRelation, joinEquations, rightSide, sameRelation } from "./relations.ts";

export interface EqualOptions {
  /** Decimals to which decimals are compared. */
  readonly precision: number;
  /** False: symbols are matched by position instead of by name. */
  readonly strict: boolean;
  /** Lets an inequality as prediction count as a gold set. */
  readonly allowSetRelations: boolean;
  /** Decimals are exact numbers, sets are no tuples, and relations are equal when their solutions are. */
  readonly mathematical?: boolean;
}

/** Equal to no matrix. */
const UNLIKE: Expr = { kind: "symbol", name: "" };

const setKinds = new Set<Expr["kind"]>(["set", "interval", "tuple", "numberSet", "setOperation"]);
const isSet = (expr: Expr): boolean => setKinds.has(expr.kind);

/** Whether `pred` is right where `gold` is. Throws BudgetError where that takes too long to say. */
export function sameAnswer(gold: Expr, pred: Expr, options: EqualOptions, budget: Budget): boolean {
  const renamed = options.strict ? pred : renameByPosition(pred, gold);
  return same(joinEquations(gold), joinEquations(renamed), options, budget);
}

function same(gold: Expr, pred: Expr, options: EqualOptions, budget: Budget): boolean {
  budget.spend(5);
  if (isRelation(gold) && isRelation(pred)) {
    const [goldSet, predSet] = [assignedSet(gold), assignedSet(pred)];
    if (predSet !== undefined && goldSet === undefined) return solves(gold, predSet, budget);
    if (goldSet !== undefined && predSet === undefined && options.allowSetRelations) return solves(pred, goldSet, budget);
    return sameRelations(gold, pred, options, budget);
  }
  if (isRelation(pred)) {
    const value = isSet(gold) ? assigned(pred) : rightSide(pred);
    if (value !== undefined) return same(gold, joinEquations(value), options, budget);
    return options.allowSetRelations && isSet(gold) && solves(pred, gold, budget);
  }
  if (isRelation(gold)) {
    const value = assigned(gold);
    if (value !== undefined) return same(joinEquations(value), pred, options, budget);
    return isSet(pred) && solves(gold, pred, budget);
  }
  if (gold.kind === "set" && pred.kind === "matrix") return same(onlyItem(gold, options, budget) ?? UNLIKE, pred, options, budget);
  if (pred.kind === "set" && gold.kind === "matrix") return same(gold, onlyItem(pred, options, budget) ?? UNLIKE, options, budget);
  if (gold.kind === "matrix" || pred.kind === "matrix" || hasMatrix(gold) || hasMatrix(pred)) {
    const [left, right] = [matrixValue(gold), matrixValue(pred)];
    if (left === undefined || right === undefined) return keyOf(gold) === keyOf(pred);
    return sameMatrix(left, right, (a, b) => same(a, b, options, budget));
  }
  if (isSet(gold) || isSet(pred)) return sameSets(gold, pred, options, budget);
  return options.mathematical === true
    ? sameNumber(gold, pred, options.precision, budget)
    : sameScalar(gold, pred, options.precision, budget);
}

/** The set of `x \\in set`, which is read as an assignment. */
function assignedSet(expr: Expr): Expr | undefined {
  const value = assigned(expr);
  return value !== undefined && isSet(value) && value.kind !== "set" && value.kind !== "tuple" ? value : undefined;
}

const hasMatrix = (expr: Expr): boolean =>
  (expr.kind === "add" || expr.kind === "multiply" || expr.kind === "power") && some(expr, (node) => node.kind === "matrix");

function sameRelations(gold: Expr, pred: Expr, options: EqualOptions, budget: Budget): boolean {
  if (gold.kind === "not" || pred.kind === "not") return keyOf(gold) === keyOf(pred);
  if (options.mathematical === true && sameSolutions(gold, pred, budget)) return true;
  if (gold.kind === "chain" || pred.kind === "chain") {
    if (gold.kind !== "chain" || pred.kind !== "chain" || gold.links.length !== pred.links.length) return false;
    return gold.links.every((link, i) => {
      const other = pred.links[i];
      return other !== undefined && sameRelation(link, other, options, budget);
    });
  }
  if (gold.kind !== "relation" || pred.kind !== "relation") return false;
  if (gold.op === "=" && pred.op === "=") {
    const sets = [gold.right, pred.right].some((side) => isSet(side) || side.kind === "matrix");
    if (sets && isSet(gold.right) !== isSet(pred.right)) return false;
    if (sets) return same(gold.left, pred.left, options, budget) && same(gold.right, pred.right, options, budget);
  }
  return sameRelation(gold, pred, options, budget);
}

/** Whether two inequalities, or chains of them, in the same unknown have the same solutions. */
function sameSolutions(a: Expr, b: Expr, budget: Budget): boolean {
  if (symbolsOf(a).join() !== symbolsOf(b).join() || symbolsOf(a).length !== 1) return false;
  const [left, right] = [solutionsOf(a, unknownOf, budget), solutionsOf(b, unknownOf, budget)];
  return left !== undefined && right !== undefined && samePieces(left, right);
}

/** Whether the solutions of an inequality are this set. */
function solves(relation: Expr, set: Expr, budget: Budget): boolean {
  const wanted = piecesOf(set, budget);
  if (wanted === undefined) return false;
  if (symbolsOf(relation).length !== 1) return false;
  const found = solutionsOf(relation, unknownOf, budget);
  return found !== undefined && samePieces(found, wanted);
}

/** What an inequality is about: a call of an unknown function that is one of its sides, or its one symbol. */
function unknownOf(link: Expr): Expr | undefined {
  if (link.kind === "relation") for (const side of [link.left, link.right]) if (side.kind === "call" && side.user === true) return side;
  const [name, ...others] = symbolsOf(link);
  return name !== undefined && others.length === 0 ? { kind: "symbol", name } : undefined;
}

/** The items of a set, tuple or interval of two ends as they were written; undefined for other sets. */
function listed(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "set" || expr.kind === "tuple") return expr.items;
  return expr.kind === "interval" && expr.openLeft === expr.openRight ? [expr.from, expr.to] : undefined;
}

function sameSets(gold: Expr, pred: Expr, options: EqualOptions, budget: Budget): boolean {
  if (!isSet(gold) || !isSet(pred)) {
    const [set, other] = isSet(gold) ? [gold, pred] : [pred, gold];
    const only = onlyItem(set, options, budget);
    if (only === undefined || isSet(only)) return false;
    return set === gold ? same(only, other, options, budget) : same(other, only, options, budget);
  }
  if (gold.kind === "interval" && pred.kind === "interval") {
    const ends = same(gold.from, pred.from, options, budget) && same(gold.to, pred.to, options, budget);
    if (ends && openness(gold) === openness(pred)) return true;
    return realSets(gold, pred, budget);
  }
  const [left, right] = [listed(gold), listed(pred)];
  if (left !== undefined && right !== undefined) {
    if (options.mathematical === true && (gold.kind === "set") !== (pred.kind === "set")) return false;
    if (gold.kind === "set") return unordered(left, right, options, budget) || (pred.kind === "interval" && realSets(gold, pred, budget));
    return ordered(left, right, options, budget) || realSets(gold, pred, budget);
  }
  if (keyOf(gold) === keyOf(pred)) return true;
  return realSets(gold, pred, budget);
}

function realSets(gold: Expr, pred: Expr, budget: Budget): boolean {
  if (gold.kind === "tuple" || pred.kind === "tuple" || (gold.kind === "set" && pred.kind === "set")) return false;
  const [left, right] = [piecesOf(gold, budget), piecesOf(pred, budget)];
  return left !== undefined && right !== undefined && samePieces(left, right);
}

/** Infinite ends are open however they are written. */
function openness(interval: Extract<Expr, { kind: "interval" }>): string {
  const infinite = (expr: Expr): boolean => some(expr, (node) => node.kind === "constant" && node.name === "infinity");
  return `${interval.openLeft || infinite(interval.from)} ${interval.openRight || infinite(interval.to)}`;
}

/** The one value of a set whose items are all equal. */
function onlyItem(set: Expr, options: EqualOptions, budget: Budget): Expr | undefined {
  if (set.kind === "interval" && !set.openLeft && !set.openRight && same(set.from, set.to, options, budget)) return set.from;
  if (set.kind !== "set") return undefined;
  const [first, ...rest] = set.items;
  return first !== undefined && rest.every((item) => same(first, item, options, budget)) ? first : undefined;
}

function ordered(gold: readonly Expr[], pred: readonly Expr[], options: EqualOptions, budget: Budget): boolean {
  return gold.length === pred.length && gold.every((item, i) => same(item, pred[i] ?? item, options, budget));
}

const MAX_ITEMS = 400;

/** A one-to-one match of the items, duplicates aside. */
function unordered(gold: readonly Expr[], pred: readonly Expr[], options: EqualOptions, budget: Budget): boolean {
  if (gold.length > MAX_ITEMS || pred.length > MAX_ITEMS) return false;
  const [left, right] = [distinct(gold), distinct(pred)];
  if (left.length !== right.length) return false;
  const open = [...right];
  return left.every((item) => {
    const at = open.findIndex((other) => same(item, joinEquations(other), options, budget));
    if (at < 0) return false;
    open.splice(at, 1);
    return true;
  });
}

function distinct(items: readonly Expr[]): readonly Expr[] {
  const seen = new Map<string, Expr>();
  for (const item of items) {
    const joined = joinEquations(item);
    const key = keyOf(joined);
    if (!seen.has(key)) seen.set(key, joined);
  }
  return [...seen.values()];
}

/** `pred` with its symbols, in the order of their names, renamed to those of `gold`; unchanged where their numbers differ. */
function renameByPosition(pred: Expr, gold: Expr): Expr {
  const [from, to] = [symbolsOf(pred), symbolsOf(gold)];
  if (from.length !== to.length) return pred;
  const names = new Map(from.map((name, i) => [name, to[i] ?? name]));
  const walk = (expr: Expr): Expr => {
    switch (expr.kind) {
      case "symbol":
        return { kind: "symbol", name: names.get(expr.name) ?? expr.name };
      case "add":
      case "multiply":
      case "call":
      case "setOperation":
        return { ...expr, args: expr.args.map(walk) };
      case "power":
        return { ...expr, base: walk(expr.base), exponent: walk(expr.exponent) };
      case "percent":
      case "not":
        return { ...expr, arg: walk(expr.arg) };
      case "relation":
        return { ...expr, left: walk(expr.left), right: walk(expr.right) };
      case "chain":
        return { ...expr, links: expr.links.map((link) => ({ ...link, left: walk(link.left), right: walk(link.right) })) };
      case "set":
      case "tuple":
        return { ...expr, items: expr.items.map(walk) };
      case "interval":
        return { ...expr, from: walk(expr.from), to: walk(expr.to) };
      case "matrix":
        return { ...expr, rows: expr.rows.map((row) => row.map(walk)) };
      default:
        return expr;
    }
  };
  return walk(pred);
}
