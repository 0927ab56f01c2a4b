/** The failure analyst with a sandbox: reads the log, compares, looks, finds what was done carelessly, and proves it by a fix or by taking the agent back. */
import { drawFor } from "../asked.ts";
import type { BrainAnswer, BrainRequest } from "../contract.ts";
import { readConversation } from "../conversation.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { readComparison } from "../reading/comparison.ts";
import { blocksOf } from "../reading/data-blocks.ts";
import { comparisonIn, wantsRestart } from "../reading/report-wishes.ts";
import { complete, act as perform } from "../say.ts";
import { act, type Episode, nextStep } from "../writing/replay.ts";
import type { Case } from "./analysis-case.ts";
import { givingUp } from "./give-up.ts";
import { provingFix } from "./prove-fix.ts";
import { provingRestart } from "./prove-restart.ts";

export function agenticAnalysis(knowledge: Knowledge, request: BrainRequest, persona: Persona): BrainAnswer {
  const conversation = readConversation(request.messages);
  if (conversation === undefined) return complete(request, "There is nothing to analyse.");
  const { task: message, pictureUrls, turns } = conversation;
  const draw = drawFor(request, persona, "error-analyst", message);
  const form = wantsRestart(message) ? "restart" : "fix";
  const step = nextStep(analyse({ knowledge, rates: persona.error_analyst.agentic, draw, message, pictureUrls, form }), turns);
  if (step?.kind === "act") return perform(request, step.move);
  return complete(request, step?.thought ?? "I have nothing to add.");
}

function* analyse(own: Case): Episode {
  const { knowledge, message, pictureUrls } = own;
  const compare = comparisonIn(message);
  const log = yield* readingLog(own);
  const shown = compare === undefined ? "" : yield act("I compare what the agent handed in.", compare(handedIn(own)));
  const comparison = readComparison(shown);
  const look = knowledge.open(log, pictureUrls)?.approach.look;
  const seen = look === undefined ? "" : yield act("Now the material itself.", look.command);
  const read = knowledge.readLog(log, { seen, pictureUrls });
  if (compare === undefined || read?.careless === undefined || comparison.passed === undefined) {
    yield* givingUp(own, log);
    return;
  }
  const evidence = { log, read, careless: read.careless, comparison };
  yield* own.form === "fix" ? provingFix(own, evidence, compare) : provingRestart(own, evidence, compare);
}

/** The log from the message, else from the box, in parts that an observation holds. */
function* readingLog({ knowledge, message, pictureUrls, form }: Case): Generator<ReturnType<typeof act>, string, string> {
  const given = blocksOf(message, "log")[0]?.text ?? message;
  if (/^[ \t]*cat > \S+ <</m.test(given) || /cat > \S+ <</.test(given)) return given;
  if (form === "restart") {
    if (knowledge.readLog(given, { pictureUrls })?.careless !== undefined) return given;
    const head = yield act("What I was shown of the run does not tell enough. I read the log itself.", "head -c 5500 /work/log.md");
    const tail = yield act("And its end.", "tail -c 5500 /work/log.md");
    return [given, head, tail].join("\n");
  }
  const head = yield act("I begin with the log.", "head -c 5500 /work/log.md");
  const file = "$(grep -l 'cat > ' /work/agent/commands/*.sh | tail -n 1)";
  const first = yield act("Next the script that the agent wrote, first half.", `sed -n '1,60p' "${file}"`);
  const second = yield act("And its second half.", `sed -n '61,$p' "${file}"`);
  return [head, first, second].join("\n");
}

/** Where the agent's result lies, as the message says; else where such results are usually put. */
function handedIn({ message, form }: Case): string {
  if (form === "restart") return /\/work\/agent\/[\w./-]*?answer\.\w+/.exec(message)?.[0] ?? "/work/agent/answer.txt";
  return /\/work\/agent\/[\w./-]*?output\.\w+/.exec(message)?.[0] ?? "/work/agent/output.xlsx";
}
