/** SpreadsheetBench's world: families, traps and the simulated solver's playbook. Sample texts name none of them. */
import type { World } from "../../harness/core/world.ts";
import { composeLabel } from "./world/families/compose-label.ts";
import { conditionalTotal } from "./world/families/conditional-total.ts";
import { dayCount } from "./world/families/day-count.ts";
import { deleteRows } from "./world/families/delete-rows.ts";
import { dedupeRows, distinctList } from "./world/families/distinct-sorted.ts";
import { lineTotal } from "./world/families/line-total.ts";
import { lookUp } from "./world/families/look-up.ts";
import { monthTable } from "./world/families/month-table.ts";
import { topList } from "./world/families/top-list.ts";
import { playbookOf } from "./world/playbook.ts";
import { traps } from "./world/traps.ts";
import { commonplaces, superstitions, wrongTurns } from "./world/wordings/habits.ts";

/** In the order in which the solver tries them: the more particular wording first. */
const solvers = [
  monthTable,
  dayCount,
  lineTotal,
  composeLabel,
  topList,
  dedupeRows,
  distinctList,
  deleteRows,
  lookUp("sheet-report", "Cross-sheet fill", true),
  conditionalTotal,
  lookUp("look-up", "Lookup", false),
];

export const world: World = {
  benchmark: "spreadsheetbench",
  rev: 1,
  families: solvers.map(({ id, title, traps: own }) => ({ id, title, traps: own })),
  traps,
  superstitions,
  wrongTurns,
  commonplaces,
  playbook: playbookOf(solvers),
};
