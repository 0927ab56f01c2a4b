/** Names a formula may use, and what they mean. */
import type { NumberSet, RelationOp } from "../expression/expr.ts";

const greek =
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron rho varrho sigma varsigma tau upsilon phi varphi chi psi omega";

/** Commands that are symbols; their names are taken in lower case. */
export const symbolCommands: ReadonlySet<string> = new Set([
  ...greek.split(" "),
  ..."Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega".split(" "),
  ..."ell hbar prime imath jmath nabla angle triangle square varnothing Re Im".split(" "),
]);

/** Functions of one argument that may be written without parentheses. */
export const functionCommands: Readonly<Record<string, string>> = {
  sin: "sin",
  cos: "cos",
  tan: "tan",
  cot: "cot",
  sec: "sec",
  csc: "csc",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  arccot: "acot",
  arcsec: "asec",
  arccsc: "acsc",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  arcsinh: "asinh",
  arccosh: "acosh",
  arctanh: "atanh",
  arsinh: "asinh",
  arcosh: "acosh",
  artanh: "atanh",
  exp: "exp",
  ln: "ln",
  log: "log",
  floor: "floor",
  ceil: "ceil",
};

/** What `f^{-1}` of a function command is. */
export const inverses: Readonly<Record<string, string>> = {
  sin: "asin",
  cos: "acos",
  tan: "atan",
  cot: "acot",
  sec: "asec",
  csc: "acsc",
  sinh: "asinh",
  cosh: "acosh",
  tanh: "atanh",
};

/** Functions of several arguments in parentheses. */
export const listFunctions: ReadonlySet<string> = new Set(["gcd", "lcm", "max", "min"]);

export const accents: ReadonlySet<string> = new Set([
  "overline",
  "overrightarrow",
  "bar",
  "hat",
  "vec",
  "mathcal",
  "widehat",
  "tilde",
  "underline",
]);

export const relationTokens: Readonly<Record<string, RelationOp>> = {
  "=": "=",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
  "!=": "!=",
  equiv: "=",
  lt: "<",
  gt: ">",
  le: "<=",
  leq: "<=",
  leqslant: "<=",
  ge: ">=",
  geq: ">=",
  geqslant: ">=",
  ne: "!=",
  neq: "!=",
  in: "=",
};

export const numberSets: Readonly<Record<string, NumberSet>> = {
  R: "Reals",
  Z: "Integers",
  N: "Naturals",
  Q: "Rationals",
  C: "Complexes",
};

export const matrixEnvironments: ReadonlySet<string> = new Set([
  "pmatrix",
  "bmatrix",
  "matrix",
  "smallmatrix",
  "vmatrix",
  "Bmatrix",
  "array",
]);

const otherCommands = new Set(
  (
    "pi Pi infty emptyset frac dfrac tfrac cfrac binom dbinom tbinom sqrt mathbb lfloor rfloor lceil rceil lvert rvert vert sum prod int lim to " +
    "rightarrow cdot times div mod cup cap setminus pm mp approx notin choose circ"
  ).split(" "),
);

/** Whether the parser knows a command. */
export function isCommand(name: string): boolean {
  return (
    otherCommands.has(name) ||
    symbolCommands.has(name) ||
    accents.has(name) ||
    listFunctions.has(name) ||
    Object.hasOwn(functionCommands, name) ||
    Object.hasOwn(relationTokens, name)
  );
}
