/** The world of competition problems: families, traps and the simulated solver's playbook. Sample texts name none of them. */
import type { World } from "../../harness/core/world.ts";
import { families } from "./world/families/all.ts";
import { playbookOf } from "./world/playbook.ts";
import { traps } from "./world/traps.ts";
import { commonplaces, superstitions, wrongTurns } from "./world/wordings/habits.ts";

export const world: World = {
  benchmark: "math",
  rev: 1,
  families: families.map(({ id, title, traps: own }) => ({ id, title, traps: own })),
  traps,
  superstitions,
  wrongTurns,
  commonplaces,
  playbook: playbookOf(families),
};
