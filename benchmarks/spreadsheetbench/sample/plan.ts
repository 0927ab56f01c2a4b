/** Which instances a sample consists of: families interleaved, hazards spread, each half whole in itself. */
import type { Order, TaskDraft } from "./draft.ts";
import { composeLabelTask, dayCountTask } from "./families/cells.ts";
import { lookUpTask, sheetReportTask } from "./families/fill.ts";
import { distinctListTask, topListTask } from "./families/lists.ts";
import { dedupeRowsTask, deleteRowsTask } from "./families/rows.ts";
import { conditionalTotalTask, lineTotalTask, monthTableTask } from "./families/totals.ts";
import { type Random, randomOf } from "./random.ts";
import { domains } from "./vocabulary.ts";

/** How instances of one family are made. */
export interface Maker {
  readonly family: string;
  readonly make: (order: Order) => TaskDraft;
  /** Hazards in the data, one set after the other; both halves start at the first. */
  readonly hazards: readonly (readonly string[])[];
  /** A hazard that only one instance of each half has. */
  readonly rare?: string;
}

/** One generator per family of the world. */
export const makers: readonly Maker[] = [
  { family: "look-up", make: lookUpTask, hazards: [["raw-match"], []], rare: "first-match" },
  { family: "delete-rows", make: deleteRowsTask, hazards: [["raw-match"], ["text-numbers"], []] },
  {
    family: "conditional-total",
    make: conditionalTotalTask,
    hazards: [["text-numbers"], ["raw-match"], ["short-range"]],
    rare: "subtotal-rows",
  },
  { family: "day-count", make: dayCountTask, hazards: [["text-dates"], [], ["short-range"]] },
  { family: "sheet-report", make: sheetReportTask, hazards: [["wrong-sheet"], ["raw-match"], []] },
  { family: "line-total", make: lineTotalTask, hazards: [[], ["text-numbers"], ["short-range"]], rare: "error-cells" },
  { family: "distinct-list", make: distinctListTask, hazards: [["raw-match"], ["short-range"], ["wrong-sheet"]], rare: "repeated-header" },
  { family: "compose-label", make: composeLabelTask, hazards: [["short-range"], [], []], rare: "hard-blanks" },
  { family: "top-list", make: topListTask, hazards: [["text-numbers"], ["short-range"], ["wrong-sheet"]], rare: "accounting-negatives" },
  { family: "month-table", make: monthTableTask, hazards: [["text-dates", "wrong-sheet"], ["wrong-sheet", "raw-match"], ["text-numbers"]] },
  { family: "dedupe-rows", make: dedupeRowsTask, hazards: [["text-dates"], ["raw-match"], ["raw-match", "text-dates"]] },
];

/** What one instance was made from. Never written to disk: tests and calibration use it as the known truth. */
export interface PlannedTask {
  /** A number for cell-level tasks and a text such as 214-7 for sheet-level ones, as in the published set. */
  readonly id: number | string;
  readonly family: string;
  readonly hazards: readonly string[];
  readonly half: "evolve" | "test";
  readonly cases: number;
  readonly draft: TaskDraft;
  readonly values: Random;
}

/** Plans `count` instances. The first half is for evolving, the second for testing; equal arguments give equal plans. */
export function planSample(seed: number, count: number): readonly PlannedTask[] {
  const tasks: PlannedTask[] = [];
  const used = new Set<string>();
  for (const half of ["evolve", "test"] as const) {
    const size = half === "evolve" ? Math.ceil(count / 2) : Math.floor(count / 2);
    const random = randomOf("sample", seed, half);
    const turns = new Map<string, number>();
    for (let n = 0; n < size; ) {
      for (const maker of random.shuffle(makers).slice(0, size - n)) {
        const turn = turns.get(maker.family) ?? 0;
        turns.set(maker.family, turn + 1);
        // The rare hazard comes second, and first where a half is too small for a second round.
        const rareTurn = maker.rare === undefined ? Number.POSITIVE_INFINITY : size >= 2 * makers.length ? 1 : 0;
        const usual = maker.hazards[(turn > rareTurn ? turn - 1 : turn) % maker.hazards.length] ?? [];
        const hazards = turn === rareTurn && maker.rare !== undefined ? [maker.rare] : usual;
        const shape = randomOf("shape", seed, half, maker.family, turn);
        const offset = half === "evolve" ? 0 : 1;
        const draft = maker.make({ shape, domain: shape.pick(domains), hazards: new Set(hazards), turn: turn + offset });
        tasks.push({
          id: idFor(randomOf("id", seed, half, n), draft.type, used),
          family: maker.family,
          hazards,
          half,
          cases: n % 9 === 4 ? 3 : n % 9 === 7 ? 2 : 1,
          draft,
          values: randomOf("values", seed, half, maker.family, turn),
        });
        n++;
      }
    }
  }
  return tasks;
}

function idFor(random: Random, type: TaskDraft["type"], used: Set<string>): number | string {
  for (;;) {
    const id = type === "Cell-Level Manipulation" ? random.int(10_000, 59_999) : `${random.int(11, 599)}-${random.int(1, 49)}`;
    if (used.has(String(id))) continue;
    used.add(String(id));
    return id;
  }
}
