/** Every benchmark of the project: one folder and one line each. */
import { spreadsheetbench } from "./spreadsheetbench/index.ts";

export const benchmarks = { spreadsheetbench };
