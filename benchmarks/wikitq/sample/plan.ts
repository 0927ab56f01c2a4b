/** Which tasks a sample consists of: families interleaved, hazards spread, each half whole in itself. */
import { checkDenotation } from "../score/check-denotation.ts";
import { understand } from "../world/understand.ts";
import { workOut } from "../world/working.ts";
import { domains } from "./domains.ts";
import { type Asked, type Maker, makers } from "./questions.ts";
import { type Random, randomOf } from "./random.ts";
import { type Draft, drawTable, type Hazard } from "./table.ts";

/** What one task was made from. Never written to disk: tests and calibration use it as the known truth. */
export interface PlannedTask extends Asked {
  readonly id: string;
  readonly family: string;
  readonly hazards: readonly Hazard[];
  readonly half: "evolve" | "test";
  /** Header first. */
  readonly rows: readonly (readonly string[])[];
}

const attempts = 200;

/** Plans `count` tasks. The first half is for evolving, the second for testing; equal arguments give equal plans. */
export function planSample(seed: number, count: number): readonly PlannedTask[] {
  const tasks: PlannedTask[] = [];
  for (const half of ["evolve", "test"] as const) {
    const size = half === "evolve" ? Math.ceil(count / 2) : Math.floor(count / 2);
    const random = randomOf("wikitq sample", seed, half);
    const turns = new Map<string, number>();
    for (let n = 0; n < size; ) {
      for (const maker of random.shuffle(makers).slice(0, size - n)) {
        const turn = turns.get(maker.family) ?? 0;
        turns.set(maker.family, turn + 1);
        tasks.push({ ...makeTask(maker, turn, random.fork(maker.family, turn)), id: `${half === "evolve" ? "se" : "st"}-${n}`, half });
        n += 1;
      }
    }
  }
  return tasks;
}

/** The rare hazard comes second, so that halves of two rounds and more have it once. */
export function hazardsAt(maker: Maker, turn: number): readonly Hazard[] {
  if (maker.rare !== undefined && turn === 1) return [maker.rare];
  const usual = maker.rare !== undefined && turn > 1 ? turn - 1 : turn;
  return maker.hazards[usual % maker.hazards.length] ?? [];
}

/** Draws until every hazard does harm: a careless solver gets another answer, a careful one the right one. */
export function makeTask(maker: Maker, turn: number, random: Random): Omit<PlannedTask, "id" | "half"> {
  const hazards = hazardsAt(maker, turn);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const draw = random.fork("attempt", attempt);
    const draft = drawTable(draw, draw.pick(domains), new Set(hazards));
    const asked = maker.ask(draft, draw, turn);
    if (isTask(draft, asked, hazards)) return { ...asked, family: maker.family, hazards, rows: draft.rows };
  }
  throw new RangeError(`no ${maker.family} task with ${hazards.join(", ") || "no hazard"} came up in ${attempts} draws`);
}

function isTask(draft: Draft, asked: Asked, hazards: readonly Hazard[]): boolean {
  const understood = understand(asked.question, draft.rows[0] ?? []);
  if (understood === undefined || asked.answer.length === 0 || asked.answer.includes("")) return false;
  // In words the table has no stray blanks; a hazard has to do harm there, too.
  const inWords = draft.rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()));
  const right = (rows: Draft["rows"], sprung: readonly string[]): boolean =>
    checkDenotation({ values: asked.answer }, workOut(understood.job, rows, new Set(sprung)).items).verdict;
  return [draft.rows, inWords].every((rows) => right(rows, []) && hazards.every((hazard) => !right(rows, [hazard])));
}
