/** The failure analyst with a sandbox: reads the log, compares, looks, finds the careless forms in the agent's script, mends some, and sees whether that passes. */
import type { Approach } from "../../core/world.ts";
import { type Draw, drawFor } from "../asked.ts";
import type { BrainAnswer, BrainRequest } from "../contract.ts";
import { readConversation } from "../conversation.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { type ComparisonRead, readComparison } from "../reading/comparison.ts";
import { blocksOf } from "../reading/data-blocks.ts";
import type { LogRead } from "../reading/read-log.ts";
import { comparisonIn, turnsRunOut, wishesIn } from "../reading/report-wishes.ts";
import { complete, act as perform } from "../say.ts";
import { act, type Episode, nextStep } from "../writing/replay.ts";
import { causeOfWrongTurn, related } from "../writing/write-lesson.ts";
import { reportCommand, reportOf } from "../writing/write-report.ts";
import { causesToTry } from "./choose-causes.ts";

export function agenticAnalysis(knowledge: Knowledge, request: BrainRequest, persona: Persona): BrainAnswer {
  const conversation = readConversation(request.messages);
  if (conversation === undefined) return complete(request, "There is nothing to analyse.");
  const draw = drawFor(request, persona, "error-analyst", conversation.task);
  const episode = analyse({ knowledge, rates: persona.error_analyst.agentic, draw, message: conversation.task });
  const step = nextStep(episode, conversation.turns);
  if (step?.kind === "act") return perform(request, step.move);
  return complete(request, step?.thought ?? "I have nothing to add.");
}

interface Case {
  readonly knowledge: Knowledge;
  readonly rates: Persona["error_analyst"]["agentic"];
  readonly draw: Draw;
  readonly message: string;
}

/** What the analyst has found out so far; only from what it read and heard. */
interface Evidence {
  readonly log: string;
  readonly read: LogRead;
  readonly careless: ReadonlySet<string>;
  readonly comparison: ComparisonRead;
}

function* analyse(own: Case): Episode {
  const { rates, message } = own;
  const compare = comparisonIn(message);
  const log = yield* readingLog(message);
  const shown = compare === undefined ? "" : yield act("I compare what the agent handed in.", compare(handedIn(message)));
  const comparison = readComparison(shown);
  const approach = approachTo(own, log);
  const seen = approach?.look === undefined ? "" : yield act("Now the material itself.", approach.look.command);
  const read = own.knowledge.readLog(log, seen);
  if (compare === undefined || read?.careless === undefined || comparison.passed === undefined) {
    yield* givingUp(own, log);
    return;
  }
  const evidence: Evidence = { log, read, careless: read.careless, comparison };
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

/** The log from the message, else from the box, in parts that an observation holds. */
function* readingLog(message: string): Generator<ReturnType<typeof act>, string, string> {
  const given = blocksOf(message, "log")[0]?.text ?? message;
  if (/^[ \t]*cat > \S+ <</m.test(given) || /cat > \S+ <</.test(given)) return given;
  const head = yield act("I begin with the log.", "head -c 5500 /work/log.md");
  const file = "$(grep -l 'cat > ' /work/agent/commands/*.sh | tail -n 1)";
  const first = yield act("Next the script that the agent wrote, first half.", `sed -n '1,60p' "${file}"`);
  const second = yield act("And its second half.", `sed -n '61,$p' "${file}"`);
  return [head, first, second].join("\n");
}

/** Where the agent's result lies, as the message says; else where such results are usually put. */
function handedIn(message: string): string {
  return /\/work\/agent\/[\w./-]*?output\.\w+/.exec(message)?.[0] ?? "/work/agent/output.xlsx";
}

function approachTo({ knowledge }: Case, log: string): Approach | undefined {
  for (const { playbook } of knowledge.worlds) {
    const approach = playbook?.open(log);
    if (approach !== undefined) return approach;
  }
  return undefined;
}

/** The agent's script with only the named causes mended, as a file that can be run in a clean box. */
function fixCommand({ plan }: LogRead, careless: ReadonlySet<string>, named: readonly string[]): string {
  const moves = plan.moves(new Set([...careless].filter((trap) => !named.includes(trap)))).slice(0, -1);
  return `cat > /work/fix.sh <<'FIX'\n${moves.map((m) => m.command).join("\n")}\nFIX`;
}

function faultsOf({ world }: LogRead, named: readonly string[]): string {
  return named.map((id) => world.traps.find((t) => t.id === id)?.fault ?? "").join(" ");
}

/** Report, completion, and what is done when it comes back. Ends when the analyst gives in. */
function* reporting(
  own: Case,
  evidence: Evidence,
  first: readonly string[],
  passed: boolean,
  compare: (candidate: string) => string,
): Episode {
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

/** Without a script to read or a comparison to go by there is no diagnosis: what is plain to see is all there is to name. */
function* givingUp(own: Case, log: string): Episode {
  yield act("This does not tell me what went wrong. I look what else there is.", "ls -R /work | head -n 60");
  const world = own.knowledge.worlds[0];
  const visible = world?.wrongTurns.find((turn) => new RegExp(turn.cue, "i").test(log)) ?? world?.superstitions[0];
  const said = visible === undefined ? [] : [visible];
  const report = {
    causes: said.map((wording) => related(causeOfWrongTurn(wording), undefined, new Map())),
    lessons: said.map((wording) => related(wording, undefined, new Map())),
    fix: "I found none.",
  };
  yield act("I put down what can be seen.", reportCommand(report, false));
  yield { kind: "complete", thought: "I could not find the cause." };
}
