/** Which problems a sample consists of: families interleaved, each half whole in itself. */
import type { Maker, ProblemDraft } from "./draft.ts";
import { amountMakers } from "./families/amounts.ts";
import { choiceMakers } from "./families/choices.ts";
import { divisorMakers } from "./families/divisors.ts";
import { fractionMakers } from "./families/fractions.ts";
import { rangeMakers } from "./families/ranges.ts";
import { type Random, randomOf } from "./random.ts";

/** One generator per family of the world. */
export const makers: readonly Maker[] = [...rangeMakers, ...divisorMakers, ...choiceMakers, ...amountMakers, ...fractionMakers];

/** What one problem was made from. Never written to disk: tests and calibration use it as the known truth. */
export interface PlannedProblem {
  readonly id: string;
  readonly family: string;
  readonly half: "evolve" | "test";
  readonly draft: ProblemDraft;
}

/** Plans `count` problems. The first half is for evolving, the second for testing; equal arguments give equal plans. */
export function planSample(seed: number, count: number): readonly PlannedProblem[] {
  const planned: PlannedProblem[] = [];
  const texts = new Set<string>();
  for (const half of ["evolve", "test"] as const) {
    const size = half === "evolve" ? Math.ceil(count / 2) : Math.floor(count / 2);
    const order = randomOf("order", seed, half);
    for (let round = 0, made = 0; made < size; round++) {
      for (const maker of order.shuffle(makers).slice(0, size - made)) {
        const draft = freshDraft(maker, half === "evolve" ? 0 : 1, round, texts, (attempt) =>
          randomOf("problem", seed, half, maker.family, round, attempt),
        );
        const id = `s${String(planned.length + 1).padStart(4, "0")}`;
        planned.push({ id, family: maker.family, half, draft });
        made++;
      }
    }
  }
  return planned;
}

/** The maker's next problem, with a text that no other one has. The rare mode comes second. */
function freshDraft(maker: Maker, offset: number, round: number, texts: Set<string>, randomFor: (attempt: number) => Random): ProblemDraft {
  const isRare = round === 1 && maker.rare !== undefined;
  const turn = round - (maker.rare !== undefined && round > 1 ? 1 : 0);
  const mode = isRare ? maker.rare : maker.modes[turn % maker.modes.length];
  if (mode === undefined) throw new RangeError(`${maker.family} makes nothing`);
  for (let attempt = 0; ; attempt++) {
    const draft = mode(randomFor(attempt), Math.floor(turn / maker.modes.length) + offset);
    if (texts.has(draft.text)) continue;
    texts.add(draft.text);
    return draft;
  }
}
