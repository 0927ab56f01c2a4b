/** What is handed in without a diagnosis. */
import { act, type Episode } from "../writing/replay.ts";
import { causeOfWrongTurn, causeUnknown, related } from "../writing/write-lesson.ts";
import { reportCommand } from "../writing/write-report.ts";
import type { Case } from "./analysis-case.ts";

/** Without work to read or a comparison to go by there is no diagnosis: what is plain to see is all there is to name, and of a foreign task not even that. */
export function* givingUp({ knowledge, form }: Case, log: string): Episode {
  yield act("This does not tell me what went wrong. I look what else there is.", "ls -R /work | head -n 60");
  const world = knowledge.worldOf(log);
  const visible = world?.wrongTurns.find((turn) => new RegExp(turn.cue, "i").test(log)) ?? world?.superstitions[0];
  const said = visible === undefined ? [] : [visible];
  const causes = said.length === 0 ? [causeUnknown] : said.map(causeOfWrongTurn);
  const report = {
    causes: causes.map((wording) => related(wording, undefined, new Map())),
    lessons: said.map((wording) => related(wording, undefined, new Map())),
    ...(form === "fix"
      ? { fix: "I found none." }
      : { restart: { turn: 1, correction: visible?.content ?? "Go through the task once more, step by step, before you answer." } }),
  };
  yield act("I put down what can be seen.", reportCommand(report, false));
  yield { kind: "complete", thought: "I could not find the cause." };
}
