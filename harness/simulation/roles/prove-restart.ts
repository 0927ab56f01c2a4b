/** Proof by taking the agent back: the answer worked out again with the named causes mended, then a word of advice before the turn that went wrong. */
import { readComparison } from "../reading/comparison.ts";
import type { LogRead } from "../reading/read-log.ts";
import { restartWishesIn, turnsRunOut } from "../reading/report-wishes.ts";
import { turnOfWork } from "../reading/turn-of-work.ts";
import { act, type Episode } from "../writing/replay.ts";
import { correctionOf, reportCommand, reportOf } from "../writing/write-report.ts";
import { type Case, type Compare, type Evidence, faultsOf } from "./analysis-case.ts";
import { causesToTry } from "./choose-causes.ts";
import { givingUp } from "./give-up.ts";

const again = "/work/again.txt";

export function* provingRestart(own: Case, evidence: Evidence, compare: Compare): Episode {
  const { rates, draw } = own;
  const { read, careless, log } = evidence;
  if (read.plan.traps.length === 0) {
    yield* givingUp(own, log);
    return;
  }
  const causes = (attempt: number) => causesToTry({ ...evidence, draw, insight: rates.insight }, attempt);
  let named: readonly string[] = [];
  let passed = false;
  let late = false;
  for (let attempt = 0; attempt < rates.patience && !passed && !late; attempt++) {
    named = causes(attempt);
    const working = `I work it out as the agent did, with this put right and nothing else: ${faultsOf(read, named)}`;
    const heard = yield act(working, `${answerCommand(read, careless, named)}\n${compare(again)}`);
    passed = readComparison(heard).passed === true;
    late = turnsRunOut(heard);
  }
  let restarts = 0;
  for (let version = 0; version < rates.patience + 3; version++) {
    const findings = { ...own, ...evidence, named, version };
    const { causes: found, lessons } = reportOf(findings);
    const restart = { turn: turnOfWork(log, read.plan, own.message), correction: correctionOf(findings) };
    const broken = version === 0 && draw("broken-report") < rates.broken_report;
    yield act("I put down what I found.", reportCommand({ causes: found, lessons, restart }, broken));
    const thought = passed
      ? "This leads to the right answer, and the report says how."
      : "I found nothing that leads there; the report says what I suspect.";
    const wishes = restartWishesIn(yield { kind: "complete", thought });
    if (wishes.anotherRestart) {
      if (wishes.spent || ++restarts >= rates.patience) return;
      // What leads there for oneself was perhaps too little to say: then everything careless is put right.
      named = passed ? [...careless] : causes(rates.patience + restarts);
    } else if (!wishes.anotherReport) return;
  }
}

/** Writes the agent's answer with only the named causes mended, as it would have been handed in. */
function answerCommand({ plan }: LogRead, careless: ReadonlySet<string>, named: readonly string[]): string {
  const answer = plan.answer?.(new Set([...careless].filter((trap) => !named.includes(trap)))) ?? "";
  return `cat > ${again} <<'END_OF_ANSWER'\n${answer}\nEND_OF_ANSWER`;
}
