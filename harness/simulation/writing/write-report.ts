/** What an agentic failure analyst puts into report.json. */
import type { Trap, Wording } from "../../core/world.ts";
import type { Draw } from "../asked.ts";
import { skillIn } from "../guidance/system-prompt.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { skillFilesIn } from "../reading/data-blocks.ts";
import type { LogRead } from "../reading/read-log.ts";
import { adviceOf, causeFor, causeOfWrongTurn, lessonFor, related } from "./write-lesson.ts";

/** What is known when a report is written. `named` are the traps whose careless form was mended, `version` counts reports that came back. */
export interface Findings {
  readonly knowledge: Knowledge;
  readonly rates: Persona["error_analyst"]["agentic"];
  readonly draw: Draw;
  readonly message: string;
  readonly log: string;
  readonly read: LogRead;
  readonly named: readonly string[];
  readonly version: number;
}

/** What an agentic analyst hands in. */
export interface Report {
  readonly causes: readonly Wording[];
  readonly lessons: readonly Wording[];
  readonly fix?: string;
  readonly restart?: { readonly turn: number; readonly correction: string };
}

/** Causes and lessons of what was named; by the rate also an error that is plain to see and did no harm, which is dropped when the report comes back. */
export function reportOf({ knowledge, rates, draw, message, log, read, named, version }: Findings): Report {
  const traps = trapsOf(read, named);
  const work = read.plan.answer === undefined ? "script" : "working";
  const skill = knowledge.lessonsIn(skillTextIn(message, log));
  const visible = read.world.wrongTurns.find((turn) => new RegExp(turn.cue, "i").test(log));
  const struck = traps.length === 0 || (version === 0 && draw("over-attribution") < rates.over_attribution);
  const blamed = visible !== undefined && struck ? [visible] : [];
  return {
    causes: [
      ...traps.map((t) => related(causeFor(t, work), t, skill)),
      ...blamed.map((turn) => related(causeOfWrongTurn(turn), undefined, skill)),
    ],
    lessons: [
      ...traps.map((t) => related(lessonFor(t, draw, rates.sloppy, version), t, skill)),
      ...blamed.map((turn) => related(turn, undefined, skill)),
    ].slice(0, 3),
    fix: "The agent's own script, with the named causes mended and nothing else changed.",
  };
}

function trapsOf({ world }: LogRead, ids: readonly string[]): readonly Trap[] {
  return ids.map((id) => world.traps.find((t) => t.id === id)).filter((t): t is Trap => t !== undefined);
}

/** What the agent is told before it does the turn again: the advice of the lessons for what was named, in the words of the report. */
export function correctionOf({ rates, draw, read, named, version }: Findings): string {
  const advice = trapsOf(read, named).map((trap) => adviceOf(lessonFor(trap, draw, rates.sloppy, version)));
  const [only] = advice;
  return advice.length === 1 && only !== undefined ? only : advice.map((text) => `- ${text}`).join("\n");
}

function skillTextIn(message: string, log: string): string {
  const files = skillFilesIn(message).map((f) => f.text);
  return files.length > 0 ? files.join("\n\n") : (skillIn(log)?.body ?? "");
}

/** Writes the report; `broken` leaves a field out of every lesson. */
export function reportCommand(report: Report, broken: boolean): string {
  const written = broken ? { ...report, lessons: report.lessons.map(({ description: _, ...rest }) => rest) } : report;
  return `cat > /work/report.json <<'REPORT'\n${JSON.stringify(written, null, 1)}\nREPORT`;
}
