/** WikiTableQuestions' world: families, traps and the simulated solver's playbook. Sample texts name none of them. */
import type { World } from "../../harness/core/world.ts";
import { commonplaces, superstitions, wrongTurns } from "./world/habits.ts";
import { playbook } from "./world/playbook.ts";
import { traps } from "./world/traps.ts";
import { families } from "./world/understand.ts";

const titles: Readonly<Record<string, string>> = {
  days: "Date arithmetic",
  "yes-no": "Yes or no",
  difference: "Difference",
  chained: "Chained lookup",
  superlative: "Superlative",
  neighbour: "Next or previous row",
  sum: "Sum",
  count: "Count",
  distinct: "Distinct count",
  list: "List",
};

export const world: World = {
  benchmark: "wikitq",
  rev: 1,
  families: families.map(({ family, traps: own }) => ({ id: family, title: titles[family] ?? family, traps: own })),
  traps,
  superstitions,
  wrongTurns,
  commonplaces,
  playbook,
};
