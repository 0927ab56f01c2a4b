/** DocVQA's world: families, traps and the simulated solver's playbook. Sample texts name none of them. */
import type { World } from "../../harness/core/world.ts";
import { openReader } from "./page/read-page.ts";
import { labelledValue } from "./world/families/fields.ts";
import { letterDate, letterSigner } from "./world/families/letter.ts";
import { reportTitle } from "./world/families/report-title.ts";
import { invoiceTotal, tableCell, tableExtreme } from "./world/families/tables.ts";
import { playbookOf } from "./world/playbook.ts";
import { traps } from "./world/traps.ts";
import { commonplaces, superstitions, wrongTurns } from "./world/wordings/habits.ts";

/** In the order in which the solver tries them: the more particular wording first. */
const solvers = [letterSigner, letterDate, reportTitle, invoiceTotal, tableExtreme, tableCell, labelledValue];

export const world: World = {
  benchmark: "docvqa",
  rev: 1,
  families: solvers.flatMap(({ families }) => families),
  traps,
  superstitions,
  wrongTurns,
  commonplaces,
  playbook: playbookOf(solvers, openReader()),
};
