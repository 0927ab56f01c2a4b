/** Matrices: sums, products and multiples of them, and their entry-wise comparison. */
import { add, type Expr, multiply } from "../expression/expr.ts";

type Rows = readonly (readonly Expr[])[];
const MAX_SIZE = 20;

const scaled = (factor: Expr, rows: Rows): Rows => rows.map((row) => row.map((entry) => multiply(factor, entry)));

function sumOf(a: Rows, b: Rows): Rows | undefined {
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return undefined;
  return a.map((row, i) => row.map((entry, j) => add(entry, b[i]?.[j] ?? entry)));
}

function productOf(a: Rows, b: Rows): Rows | undefined {
  const width = b[0]?.length ?? 0;
  if ((a[0]?.length ?? 0) !== b.length || a.length > MAX_SIZE || width > MAX_SIZE || b.length > MAX_SIZE) return undefined;
  return a.map((row) => Array.from({ length: width }, (_, j) => add(...row.map((entry, k) => multiply(entry, b[k]?.[j] ?? entry)))));
}

/** The rows of a matrix, or of a sum, product or multiple of matrices; undefined for anything else. */
export function matrixValue(expr: Expr): Rows | undefined {
  if (expr.kind === "matrix") return expr.rows;
  if (expr.kind === "add") {
    const parts = expr.args.map(matrixValue);
    return parts.reduce<Rows | undefined>((total, part, i) => (i === 0 ? part : total && part ? sumOf(total, part) : undefined), undefined);
  }
  if (expr.kind !== "multiply") return undefined;
  let total: Rows | undefined;
  const factors: Expr[] = [];
  for (const arg of expr.args) {
    const rows = matrixValue(arg);
    if (rows === undefined) factors.push(arg);
    else if (total === undefined) total = rows;
    else {
      total = productOf(total, rows);
      if (total === undefined) return undefined;
    }
  }
  return total === undefined ? undefined : factors.reduce<Rows>((rows, factor) => scaled(factor, rows), total);
}

export function sameMatrix(a: Rows, b: Rows, same: (a: Expr, b: Expr) => boolean): boolean {
  return (
    a.length === b.length && a.every((row, i) => row.length === b[i]?.length && row.every((entry, j) => same(entry, b[i]?.[j] ?? entry)))
  );
}
