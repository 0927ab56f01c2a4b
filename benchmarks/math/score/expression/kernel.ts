/**
 * The part of mathjs that the scorers use: numeric functions over values this project built. The instance is made without the expression
 * parser, and only these functions leave this file, so no text can reach `evaluate`, `parse`, `compile` or `import`.
 * mathjs takes about a second to load, which is more than all the rest of the program: it is loaded when the first number needs it.
 */
import { createRequire } from "node:module";
import type { Complex, MathJsInstance } from "mathjs";

export type { Complex };

const functions = [
  "acos",
  "acosh",
  "acot",
  "acsc",
  "asec",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "complex",
  "cos",
  "cosh",
  "cot",
  "csc",
  "exp",
  "fraction",
  "gamma",
  "log",
  "pow",
  "sec",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
] as const;

/** What may be done with numbers. */
export type Kernel = Pick<MathJsInstance, (typeof functions)[number]>;

const require = createRequire(import.meta.url);
let opened: Kernel | undefined;

/** The functions, of one instance for the whole process. */
export function kernel(): Kernel {
  opened ??= openKernel();
  return opened;
}

function openKernel(): Kernel {
  const library: typeof import("mathjs") = require("mathjs");
  const dependencies = functions.map((name) => library[`${name}Dependencies`]);
  const instance = library.create(Object.assign({}, ...dependencies));
  return Object.freeze(Object.fromEntries(functions.map((name) => [name, instance[name]]))) as Kernel;
}

/** Version of mathjs. */
export const libraryVersion: string = (require("mathjs/package.json") as { version: string }).version;
