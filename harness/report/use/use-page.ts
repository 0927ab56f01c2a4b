import { percent, points, pointsRange } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid } from "../section.ts";
import type { ArmUse, ItemUse } from "./build-use.ts";

/** Use of skills as text, with the method and its limits. */
export function usePage(
  experiment: string,
  arms: readonly ArmUse[],
  method: readonly string[],
): { readonly title: string; readonly grids: readonly Grid[]; readonly notes: readonly string[] } {
  return {
    title: `Use of skills: ${experiment}`,
    grids: arms.map((arm) => ({
      title: oneLine(`${arm.arm}, ${arm.solver}, ${arm.benchmark} ${arm.split}: ${arm.episodes} episodes${arm.simulated ? " (sim)" : ""}`),
      head: ["part", "displayed", "opened or acted on", "passed with", "passed without", "association, pp"],
      rows: arm.items.map((item) => [
        titleOf(item),
        share(item.displayed, arm.episodes),
        share(item.used, arm.episodes),
        share(item.passedUsed, item.used),
        share(item.passedUnused, arm.episodes - item.used),
        associationText(item),
      ]),
    })),
    notes: [
      "Association: pass rate of the episodes with use minus pass rate of those without, 95 % interval over clusters. It is no effect: agents open what hard tasks seem to need, and what they need decides what they open. What a part does is measured by leaving it out (t2s attribute).",
      ...method,
    ],
  };
}

function titleOf({ kind, file, title, from, to }: ItemUse): string {
  if (kind === "file") return oneLine(file);
  return oneLine(file === title ? `acting on ${file}` : `${title}, ${file}:${from}-${to}`);
}

const share = (n: number, of: number): string => (of === 0 ? "-" : `${n} of ${of}, ${percent(n / of, 0)}`);

function associationText({ association }: ItemUse): string {
  return association === null ? "-" : `${points(association.difference)} ${pointsRange(association)}`;
}
