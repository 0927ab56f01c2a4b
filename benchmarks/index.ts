/** Every benchmark of the project: one folder and one line each. */
import { docvqa } from "./docvqa/index.ts";
import { math } from "./math/index.ts";
import { spreadsheetbench } from "./spreadsheetbench/index.ts";
import { wikitq } from "./wikitq/index.ts";

export const benchmarks = { spreadsheetbench, wikitq, math, docvqa };
