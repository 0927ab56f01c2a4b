import { entriesOf, type Members, membersOf, nameIn } from "./json-parts.ts";
import type { LoggedOutcome } from "./log-run.ts";

/** Fields that say yes or no, and fields with a number; the first that is there counts, in this order. */
const verdicts = ["passed", "resolved", "solved", "correct", "success", "outcome", "verdict", "label"] as const;
const numbers = ["score", "reward", "accuracy"] as const;
const yes = new Set(["passed", "pass", "success", "succeeded", "successful", "resolved", "solved", "correct", "true", "yes", "1"]);
const no = new Set([
  "failed",
  "fail",
  "failure",
  "error",
  "unsuccessful",
  "unresolved",
  "unsolved",
  "incorrect",
  "wrong",
  "false",
  "no",
  "0",
]);

/** A verdict in words; undefined for words that are none, `null` for those that say that nobody knows. */
export function verdictOf(text: string): boolean | null | undefined {
  const word = text.trim().toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  return word === "" || word === "unknown" || word === "none" || word === "null" || word === "n/a" ? null : undefined;
}

/**
 * What a log says of how it ended: in the object itself, then under `extra`, `metadata`, `info`, `result`, `final_metrics` and our own `extra.t2s`. A verdict field counts
 * before a number; a number passes from `passAt` on. Undefined when none of the fields is there, or none can be read.
 */
export function outcomeIn(log: Members, passAt: number): LoggedOutcome | undefined {
  const places = ["", "extra", "extra.t2s", "metadata", "info", "result", "final_metrics", "final_metrics.extra"];
  for (const place of places) {
    const members = place === "" ? log : place.split(".").reduce<Members | undefined>((at, name) => membersOf(at?.[name]), log);
    if (members === undefined) continue;
    const found = graded(members, place) ?? flat(members, place, passAt);
    if (found !== undefined) return found;
  }
  return undefined;
}

const named = (place: string, field: string): string => `field ${place === "" ? "" : `${place}.`}${field}`;

function flat(members: Members, place: string, passAt: number): LoggedOutcome | undefined {
  for (const field of verdicts) {
    const value = members[field];
    const passed =
      typeof value === "boolean"
        ? value
        : typeof value === "string"
          ? verdictOf(value)
          : value === 1
            ? true
            : value === 0
              ? false
              : undefined;
    if (typeof passed === "boolean") return { passed, from: named(place, field) };
  }
  for (const field of numbers) {
    const value = members[field];
    if (typeof value === "number" && Number.isFinite(value))
      return { passed: value >= passAt, from: `${named(place, field)} ${value >= passAt ? "≥" : "<"} ${passAt}` };
  }
  return undefined;
}

/** Our own rows have a list of outcomes, one a scorer; the first graded one is the benchmark's primary. */
function graded(members: Members, place: string): LoggedOutcome | undefined {
  for (const one of entriesOf(members.outcomes)) {
    const outcome = membersOf(membersOf(one)?.outcome) ?? membersOf(one);
    const score = outcome?.state === "graded" ? membersOf(outcome.score) : undefined;
    if (typeof score?.passed === "boolean")
      return { passed: score.passed, from: `${named(place, "outcomes")}, scorer ${nameIn(score.scorer) ?? "unnamed"}` };
  }
  return undefined;
}

/** The name a log has for its task, under the names that are usual. */
export function taskIn(log: Members): string | undefined {
  for (const members of [log, membersOf(log.extra), membersOf(membersOf(log.extra)?.t2s), membersOf(log.metadata), membersOf(log.info)])
    for (const field of ["task_id", "instance_id", "task", "task_name", "problem_id"]) {
      const found = nameIn(members?.[field]);
      // A whole instruction under `task` is no name.
      if (found !== undefined && found.length <= 200 && !found.includes("\n")) return found;
    }
  return undefined;
}
