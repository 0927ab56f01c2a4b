/** Proof by a script: the agent's own, with the named causes mended, run and compared until it passes or patience ends. */
import { readComparison } from "../reading/comparison.ts";
import type { LogRead } from "../reading/read-log.ts";
import { turnsRunOut, wishesIn } from "../reading/report-wishes.ts";
import { act, type Episode } from "../writing/replay.ts";
import { reportCommand, reportOf } from "../writing/write-report.ts";
import { type Case, type Compare, type Evidence, faultsOf } from "./analysis-case.ts";
import { causesToTry } from "./choose-causes.ts";

export function* provingFix(own: Case, evidence: Evidence, compare: Compare): Episode {
  const { rates } = own;
  const { read, comparison } = evidence;
  let named: readonly string[] = [];
  let passed = false;
  let late = false;
  for (let attempt = 0; attempt < rates.patience && !passed && !late; attempt++) {
    // Where nothing was handed in, the script may be sound and was only never run.
    named = comparison.noFile && attempt === 0 ? [] : causesToTry({ ...evidence, draw: own.draw, insight: rates.insight }, attempt);
    const mending = `I mend this in the agent's script and nothing else: ${faultsOf(read, named)}`;
    const written = yield act(mending, fixCommand(read, evidence.careless, named));
    const heard = yield act("I run the fix and compare its result.", `bash /work/fix.sh && ${compare("/work/output.xlsx")}`);
    passed = readComparison(heard).passed === true;
    late = turnsRunOut(written) || turnsRunOut(heard);
  }
  yield* reporting(own, evidence, named, passed, compare);
}

/** The agent's script with only the named causes mended, as a file that can be run in a clean box. */
function fixCommand({ plan }: LogRead, careless: ReadonlySet<string>, named: readonly string[]): string {
  const moves = plan.moves(new Set([...careless].filter((trap) => !named.includes(trap)))).slice(0, -1);
  return `cat > /work/fix.sh <<'FIX'\n${moves.map((m) => m.command).join("\n")}\nFIX`;
}

/** Report, completion, and what is done when it comes back. Ends when the analyst gives in. */
function* reporting(own: Case, evidence: Evidence, first: readonly string[], passed: boolean, compare: Compare): Episode {
  let named = first;
  let fixes = 0;
  for (let version = 0; version < 4; version++) {
    const broken = version === 0 && own.draw("broken-report") < own.rates.broken_report;
    yield act("I put down what I found.", reportCommand(reportOf({ ...own, ...evidence, named, version }), broken));
    const review = yield {
      kind: "complete",
      thought: passed ? "The fix passes, and the report is written." : "I found no fix that passes; the report says what I suspect.",
    };
    const wishes = wishesIn(review);
    const knowsMore = passed || own.draw("insight", "review") < own.rates.insight;
    if (wishes.anotherFix && fixes === 0 && knowsMore) {
      // Whatever is careless in the script goes, needed or not: what failed elsewhere may not have shown here.
      fixes++;
      named = [...evidence.careless];
      yield act("I mend everything that is careless in the script.", fixCommand(evidence.read, evidence.careless, named));
      passed = readComparison(yield act("I run it again.", `bash /work/fix.sh && ${compare("/work/output.xlsx")}`)).passed === true;
    } else if (!wishes.anotherReport) return;
  }
}
